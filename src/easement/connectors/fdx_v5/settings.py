"""What the directory must say about an FDX 5 bank."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

_OPTIONAL = {"revocation_endpoint", "authorization_response_iss"}
_WORDS = {"client_id", "scope", "authorization_response_iss"}


@dataclass(frozen=True, slots=True)
class Settings:
    """Addresses and names of one bank.

    `authorization_endpoint` is opened by the consumer's browser, all others by the network;
    `issuer` is compared with the id_token's ``iss`` exactly. `revocation_endpoint` may be None for
    a bank without one. `authorization_response_iss` is ``required`` for a bank that promises to
    send ``iss`` with every authorization response (RFC 9207), else it is checked when it comes.
    """

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    revocation_endpoint: str | None
    api_url: str
    client_id: str
    scope: str
    authorization_response_iss: str


def read_settings(values: Mapping[str, str]) -> Settings:
    """Check the settings of a directory entry.

    Raises:
        ValueError: a setting is missing, unknown, or not an http(s) URL; says which.
    """
    names = {field.name for field in fields(Settings)}
    if unknown := sorted(values.keys() - names):
        message = f"fdx_v5 knows no setting {unknown[0]!r}; expected {', '.join(sorted(names))}"
        raise ValueError(message)
    if missing := sorted(names - _OPTIONAL - {name for name, value in values.items() if value}):
        message = f"fdx_v5 needs the setting {missing[0]!r}"
        raise ValueError(message)
    for name in values.keys() - _WORDS:
        parts = urlsplit(values[name])
        if values[name] and (parts.scheme not in {"http", "https"} or not parts.netloc):
            message = f"the setting {name!r} must be an absolute http or https URL"
            raise ValueError(message)
    return Settings(
        issuer=values["issuer"],
        authorization_endpoint=values["authorization_endpoint"],
        token_endpoint=values["token_endpoint"],
        jwks_uri=values["jwks_uri"],
        revocation_endpoint=values.get("revocation_endpoint") or None,
        api_url=values["api_url"].rstrip("/"),
        client_id=values["client_id"],
        scope=values["scope"],
        authorization_response_iss=values.get("authorization_response_iss", ""),
    )
