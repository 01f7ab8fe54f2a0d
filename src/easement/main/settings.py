"""What the operator says: where to listen, where to keep things, under which URL it is reached."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080
DEFAULT_BANK_PORT = 8081
DEFAULT_DATA_DIR = Path(".easement")


@dataclass(frozen=True, slots=True)
class SandboxCredentials:
    """Fixed credentials of the sandbox app, its control API and its service APIs, for CI; None:
    made at first start."""

    client_id: str | None = None
    client_secret: str | None = None
    redirect_uris: tuple[str, ...] | None = None
    control_token: str | None = None
    service_client_id: str | None = None
    service_client_secret: str | None = None
    provider_client_id: str | None = None
    provider_client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The network and its sandbox bank on one machine."""

    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    bank_port: int = DEFAULT_BANK_PORT
    data_dir: Path = DEFAULT_DATA_DIR
    public: str | None = None
    """Where browsers and apps reach the network, if not at host and port (a TLS proxy)."""

    bank_public: str | None = None
    """Where browsers reach the sandbox bank, if not at host and bank port."""

    database: str | None = None
    """``postgresql://…``; None is SQLite in the data directory."""

    has_sandbox: bool = True
    """Whether there are a sandbox bank, its apps, the demo and the control API; production: no."""

    sandbox: SandboxCredentials = SandboxCredentials()
    users: Path | None = None
    """A file or folder of users of one's own, for the sandbox bank."""

    brand: str = "Easement"
    """The network's name on its pages and at the bank."""

    header_prefix: str = "x-akoya-"
    """Starts the names of the API's own headers, such as ``x-akoya-interaction-id``."""

    requests_per_second: int | None = None
    """How many product calls an app may make in a second; None: as many as it likes."""

    bank_timeout_s: float = 10.0
    """How long a product call waits for the bank, in seconds."""

    v2_deprecated_on: date | None = None
    """The day (UTC) from which v2 is deprecated; None: it is not."""

    v2_sunset_on: date | None = None
    """The day (UTC) from which v2 is no longer served; None: six months after deprecation."""

    signing_key_age: timedelta = timedelta(days=90)
    """How long a key signs id_tokens before another takes its place."""

    signing_key_lead: timedelta = timedelta(days=1)
    """How long a new key is published before it signs."""

    refresh_token_idle: timedelta | None = None
    """How long an unused refresh token waits; None: for ever, 180 days in profile ``oauth``."""

    refresh_token_lifetime: timedelta | None = None
    """How long after the consumer's sign-in any refresh token counts; None: as long as the consent
    lasts."""

    trusted_proxies: tuple[str, ...] = ()
    """Addresses and networks of proxies whose X-Forwarded-For is believed."""

    @property
    def hides_peers(self) -> bool:
        """Whether requests come by a proxy that is not trusted to say from where."""
        return self.public is not None and not self.trusted_proxies

    @property
    def public_url(self) -> str:
        """The issuer and the start of every link, without trailing slash."""
        return (self.public or self.network_api_url).rstrip("/")

    @property
    def bank_public_url(self) -> str:
        """The sandbox bank's issuer, without trailing slash."""
        return (self.bank_public or self.bank_api_url).rstrip("/")

    @property
    def network_api_url(self) -> str:
        """Where programs on this machine reach the network."""
        return f"http://{_reachable(self.host)}:{self.port}"

    @property
    def bank_api_url(self) -> str:
        """Where the network reaches the sandbox bank."""
        return f"http://{_reachable(self.host)}:{self.bank_port}"

    @property
    def database_url(self) -> str:
        """The database, SQLite in the data directory unless said otherwise."""
        return self.database or f"sqlite:///{(self.data_dir / 'easement.db').absolute()}"

    @property
    def master_key_file(self) -> Path:
        """The key under which all other keys are sealed."""
        return self.data_dir / "master.key"

    @property
    def sandbox_file(self) -> Path:
        """The sandbox's credentials in clear: they open nothing but the sandbox."""
        return self.data_dir / "sandbox.json"

    @property
    def bank_data_dir(self) -> Path:
        """The sandbox bank's own directory."""
        return self.data_dir / "mikomo"


def _reachable(host: str) -> str:
    """A wildcard address is where one listens, not where one is reached."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
