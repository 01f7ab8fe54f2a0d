"""What an app is told while it uses a version that will end (RFC 9745, RFC 8594)."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime

from easement.products.model import Version

MIGRATION_GUIDE = "/docs/migrating-to-v3"

Headers = Mapping[str, str]


class DeprecationNotices:
    """The headers for each version that has dates. `public_url` starts the guide's address."""

    def __init__(self, versions: Mapping[str, Version], public_url: str) -> None:
        guide = f'<{public_url}{MIGRATION_GUIDE}>; rel="deprecation"; type="text/html"'
        self._noticed = {
            version.name: (version, _headers(version.deprecated_at, version.sunset_at, guide))
            for version in versions.values()
            if version.deprecated_at is not None
        }

    def of(self, name: str, now: datetime) -> Headers | None:
        """What goes out with every answer of the version; None where there is nothing to say."""
        known = self._noticed.get(name)
        return None if known is None or known[0].has_ended(now) else known[1]


def _headers(deprecated_at: datetime, sunset_at: datetime | None, guide: str) -> Headers:
    headers = {"deprecation": f"@{int(deprecated_at.timestamp())}", "link": guide}
    if sunset_at is not None:
        headers["sunset"] = format_datetime(sunset_at, usegmt=True)
    return headers
