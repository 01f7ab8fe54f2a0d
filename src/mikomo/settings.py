"""What the person who starts the bank may choose."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Settings:
    """Where the bank is found and where it keeps its state."""

    public_url: str
    """The address browsers and networks use, without a trailing slash. Every absolute URL and
    the OpenID issuer are built from it, never from a request's Host header."""

    data_dir: Path
    """Directory of `mikomo.db` (written by the bank) and `clients.json` (read by it)."""

    control_token: str | None = None
    """What a caller of the control API must show; without it there is no control API."""

    users: Path | None = None
    """A file of people of one's own, or a folder of such files."""

    @property
    def base_path(self) -> str:
        """The path part of the public URL, "" where the bank stands at the root."""
        return urlsplit(self.public_url).path

    @property
    def secure(self) -> bool:
        """Whether browsers reach the bank over https."""
        return self.public_url.startswith("https://")


def checked_public_url(value: str) -> str:
    """The URL without its trailing slash; ValueError says what was expected."""
    url = value.rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(
            f"{value!r} is not a public URL: expected http:// or https://, a host, and neither "
            "query nor fragment"
        )
    return url
