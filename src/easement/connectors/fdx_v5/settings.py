"""What the directory must say about an FDX 5 bank."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import ip_address
from urllib.parse import urlsplit

# What a bank may lack, by the names that the directory uses.
CAPABILITIES = frozenset(
    {"contacts", "customers", "payment_networks", "statements", "tax_forms", "transactions"}
)
# How the bank's long lists are read page by page, and how it reads times.
PAGINGS = ("offset", "none", "page_key")
TIME_FORMATS = ("seconds", "milliseconds", "offset")
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth")
SIGNING_ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA")
PUSHED_REQUESTS = ("when_required", "always")
RESPONSE_ISS = ("when_sent", "required")

_NEEDED = ("issuer", "api_url", "client_id", "scope")
_URLS = (
    *("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "revocation_endpoint"),
    *("pushed_authorization_request_endpoint", "api_url"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses and names of one bank, and how the network is its client.

    `issuer` is compared with the id_token's ``iss`` and with the bank's metadata exactly.
    `authorization_endpoint` is opened by the consumer's browser, all others by the network; with
    the first three given the bank's metadata is not asked for, else it tells what is left out.
    `authorization_response_iss` is ``required`` for a bank that promises to send ``iss`` with
    every authorization response (RFC 9207), else it is checked when it comes.

    `token_endpoint_auth_method` is a name of RFC 7591 2; with private_key_jwt the assertion is
    signed with `token_endpoint_auth_signing_alg`. `client_certificate` and its key are PEM files on
    this machine, presented on every https connection to the bank; `ca_certificates` are trusted
    there instead of the machine's. `pushed_authorization_requests` is ``when_required`` by the
    bank's metadata, or ``always`` (RFC 9126).

    `capabilities` are the products beyond accounts that the bank serves, in the directory a list
    of words separated by blanks: all of them unless it is given. `paging` is ``offset`` for a bank
    that takes an offset counted in rows, ``none`` for one that answers a list whole, ``page_key``
    for one with FDX 6.3 page keys. `time_format` is how times are sent: ``seconds``
    (2026-01-02T03:04:05Z), ``milliseconds`` (2026-01-02T03:04:05.000Z) or ``offset``
    (2026-01-02T03:04:05+00:00).
    """

    issuer: str
    api_url: str
    client_id: str
    scope: str
    authorization_endpoint: str | None
    token_endpoint: str | None
    jwks_uri: str | None
    revocation_endpoint: str | None
    pushed_authorization_request_endpoint: str | None
    authorization_response_iss: str
    token_endpoint_auth_method: str
    token_endpoint_auth_signing_alg: str
    pushed_authorization_requests: str
    client_certificate: str | None
    client_certificate_key: str | None
    ca_certificates: str | None
    capabilities: frozenset[str]
    paging: str
    time_format: str


def read_settings(values: Mapping[str, str]) -> Settings:
    """Check the settings of a directory entry.

    Raises:
        ValueError: a setting is missing, unknown or not what it must be; says which.
    """
    names = {field.name for field in fields(Settings)}
    if unknown := sorted(values.keys() - names):
        message = f"fdx_v5 knows no setting {unknown[0]!r}; expected {', '.join(sorted(names))}"
        raise ValueError(message)
    if missing := sorted(set(_NEEDED) - {name for name, value in values.items() if value}):
        message = f"fdx_v5 needs the setting {missing[0]!r}"
        raise ValueError(message)
    for name in _URLS:
        parts = urlsplit(values.get(name, ""))
        if values.get(name) and (parts.scheme not in {"http", "https"} or not parts.netloc):
            message = f"the setting {name!r} must be an absolute http or https URL"
            raise ValueError(message)
    settings = Settings(
        issuer=values["issuer"],
        api_url=values["api_url"].rstrip("/"),
        client_id=values["client_id"],
        scope=values["scope"],
        authorization_endpoint=values.get("authorization_endpoint") or None,
        token_endpoint=values.get("token_endpoint") or None,
        jwks_uri=values.get("jwks_uri") or None,
        revocation_endpoint=values.get("revocation_endpoint") or None,
        pushed_authorization_request_endpoint=(
            values.get("pushed_authorization_request_endpoint") or None
        ),
        authorization_response_iss=_one_of(values, "authorization_response_iss", RESPONSE_ISS),
        token_endpoint_auth_method=_one_of(values, "token_endpoint_auth_method", AUTH_METHODS),
        token_endpoint_auth_signing_alg=_one_of(
            values, "token_endpoint_auth_signing_alg", SIGNING_ALGORITHMS
        ),
        pushed_authorization_requests=_one_of(
            values, "pushed_authorization_requests", PUSHED_REQUESTS
        ),
        client_certificate=values.get("client_certificate") or None,
        client_certificate_key=values.get("client_certificate_key") or None,
        ca_certificates=values.get("ca_certificates") or None,
        capabilities=_capabilities(values),
        paging=_one_of(values, "paging", PAGINGS),
        time_format=_one_of(values, "time_format", TIME_FORMATS),
    )
    is_mtls = settings.token_endpoint_auth_method == "tls_client_auth"  # noqa: S105 - a method
    if is_mtls and not settings.client_certificate:
        message = "tls_client_auth needs the setting 'client_certificate'"
        raise ValueError(message)
    return settings


def unencrypted(values: Mapping[str, str]) -> str | None:
    """The first address among the settings where tokens would travel unencrypted; loopback is on
    this machine and does not count."""
    return next((name for name in _URLS if not is_safe(values.get(name) or "https://")), None)


def is_safe(url: str) -> bool:
    """Whether what is sent to `url` is encrypted, or does not leave this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return True
    host = parts.hostname or ""
    try:
        return parts.scheme == "http" and ip_address(host).is_loopback
    except ValueError:
        return parts.scheme == "http" and host == "localhost"


def _capabilities(values: Mapping[str, str]) -> frozenset[str]:
    if "capabilities" not in values:
        return CAPABILITIES
    words = frozenset(values["capabilities"].split())
    if unknown := sorted(words - CAPABILITIES):
        message = (
            f"the setting 'capabilities' knows no {unknown[0]!r}; expected words of "
            f"{', '.join(sorted(CAPABILITIES))}, separated by blanks"
        )
        raise ValueError(message)
    return words


def _one_of(values: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """The first of `known` is the default."""
    word = values.get(name) or known[0]
    if word not in known:
        message = f"the setting {name!r} must be one of {', '.join(known)}"
        raise ValueError(message)
    return word
