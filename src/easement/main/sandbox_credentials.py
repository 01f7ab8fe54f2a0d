"""The sandbox's credentials: made at first start, kept in a file only its owner can read."""

import json
import os
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from easement.main.settings import Settings
from easement.oauth.redirect_uri import registration_fault
from easement.platform.ids import new_secret

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{16,200}")
_CREDENTIAL = re.compile(r"[A-Za-z0-9._~-]{1,128}")

_NO_PAIR = {"client_id": "", "client_secret": ""}

DEFAULT_REDIRECT_URIS = ("http://localhost:3000/callback", "http://127.0.0.1:3000/callback")


class SettingsError(Exception):
    """A setting that cannot be used; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """A sandbox app as its developer needs it."""

    client_id: str
    client_secret: str
    redirect_uris: list[str]


@dataclass(frozen=True, slots=True)
class ServicePair:
    """A service credential, of the sandbox company or of the sandbox bank."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class SandboxSecrets:
    """The developer's app, the demo's own, the network's client at the sandbox bank, who may
    control the sandbox (the developer the network, the network the bank), and who may call service
    APIs: the sandbox company and the sandbox bank."""

    sandbox: AppCredentials
    demo: AppCredentials
    bank_client_secret: str
    control_token: str
    bank_control_token: str
    service: ServicePair
    provider: ServicePair


def read(path: Path) -> SandboxSecrets | None:
    """What first start wrote; None before it.

    Raises:
        SettingsError: the file is damaged.
    """
    if not path.exists():
        return None
    try:
        stored = json.loads(path.read_text())
        return SandboxSecrets(
            sandbox=AppCredentials(**stored["sandbox"]),
            demo=AppCredentials(**stored["demo"]),
            bank_client_secret=stored["bank_client_secret"],
            # Files of earlier versions have none: the next start makes them.
            control_token=stored.get("control_token", ""),
            bank_control_token=stored.get("bank_control_token", ""),
            service=ServicePair(**stored.get("service", _NO_PAIR)),
            provider=ServicePair(**stored.get("provider", _NO_PAIR)),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path} is damaged; restore it, or delete it to get new sandbox credentials"
        ) from error


def load_or_create(settings: Settings) -> tuple[SandboxSecrets, bool]:
    """The credentials, and whether this is the first start.

    What the environment fixes wins over what was stored.
    """
    stored = read(settings.sandbox_file)
    fixed = settings.sandbox
    base = stored or SandboxSecrets(
        sandbox=AppCredentials(_new_client_id(), new_secret(), list(DEFAULT_REDIRECT_URIS)),
        demo=AppCredentials(_new_client_id(), new_secret(), []),
        bank_client_secret=new_secret(),
        control_token="",
        bank_control_token="",
        service=ServicePair(**_NO_PAIR),
        provider=ServicePair(**_NO_PAIR),
    )
    current = SandboxSecrets(
        sandbox=AppCredentials(
            fixed.client_id or base.sandbox.client_id,
            fixed.client_secret or base.sandbox.client_secret,
            list(fixed.redirect_uris or base.sandbox.redirect_uris),
        ),
        demo=AppCredentials(
            base.demo.client_id,
            base.demo.client_secret,
            # The demo is reached under the public URL of the day.
            [f"{settings.public_url}/demo/callback"],
        ),
        bank_client_secret=base.bank_client_secret,
        control_token=fixed.control_token or base.control_token or new_secret(),
        bank_control_token=base.bank_control_token or new_secret(),
        service=_pair(fixed.service_client_id, fixed.service_client_secret, base.service),
        provider=_pair(fixed.provider_client_id, fixed.provider_client_secret, base.provider),
    )
    if _TOKEN.fullmatch(current.control_token) is None:
        raise SettingsError(
            "the sandbox's control token cannot be used: expected 16 to 200 letters, digits and "
            "the characters . _ ~ -"
        )
    _check_pairs(current)
    for uri in current.sandbox.redirect_uris:
        fault = registration_fault(uri, allow_http_loopback=True)
        if fault is not None:
            raise SettingsError(f"the sandbox app's redirect URI {uri!r} cannot be used: {fault}")
    if current != stored:
        write_private(settings.sandbox_file, json.dumps(asdict(current), indent=2) + "\n")
    return current, stored is None


def write_private(path: Path, content: str) -> None:
    """Replace `path` at once, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
    temporary.replace(path)


def _pair(client_id: str | None, client_secret: str | None, base: ServicePair) -> ServicePair:
    return ServicePair(
        client_id or base.client_id or _new_client_id(),
        client_secret or base.client_secret or new_secret(),
    )


def _check_pairs(current: SandboxSecrets) -> None:
    pairs = (current.service, current.provider)
    words = [word for pair in pairs for word in (pair.client_id, pair.client_secret)]
    if not all(_CREDENTIAL.fullmatch(word) for word in words):
        raise SettingsError(
            "the sandbox's service credentials cannot be used: expected 1 to 128 letters, digits "
            "and the characters . _ ~ -"
        )
    if current.service.client_id == current.provider.client_id:
        raise SettingsError(
            "the sandbox's service credentials cannot be used: expected two client_ids, one for "
            "the recipient and one for the provider"
        )


def _new_client_id() -> str:
    return secrets.token_hex(16)
