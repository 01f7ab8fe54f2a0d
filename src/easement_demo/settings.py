"""What the sample app must be told: where it stands, where the network is, and who it is there."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True)
class DemoSettings:
    """Settings of the sample app. URLs are absolute http(s) URLs without a trailing slash.

    Raises ValueError naming the field when a URL is not absolute.
    """

    public_url: str
    """Where browsers reach this app, for example `http://127.0.0.1:8080/demo`."""
    network_url: str
    """Where browsers reach the network; `/auth` is appended to it."""
    network_api_url: str
    """Where this app's server side reaches the network's token and data endpoints."""
    client_id: str
    client_secret: str = field(repr=False)
    provider_id: str = "mikomo"
    """The bank to link: the `connector` of `/auth` and the last part of every data path."""

    def __post_init__(self) -> None:
        for name in ("public_url", "network_url", "network_api_url"):
            value = getattr(self, name).rstrip("/")
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.netloc:
                raise ValueError(f"{name} must be an absolute http or https URL, not {value!r}")
            object.__setattr__(self, name, value)

    @property
    def redirect_uri(self) -> str:
        """The redirect URI that must be registered for `client_id` at the network."""
        return f"{self.public_url}/callback"

    @property
    def cookie_path(self) -> str:
        """The path that the session cookie is limited to."""
        return urlsplit(self.public_url).path or "/"

    @property
    def is_https(self) -> bool:
        """Whether browsers reach this app over TLS, so that its cookie may demand it."""
        return urlsplit(self.public_url).scheme == "https"
