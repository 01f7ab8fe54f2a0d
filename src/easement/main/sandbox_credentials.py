"""The sandbox's credentials: made at first start, kept in a file only its owner can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from easement.main.settings import Settings
from easement.oauth.redirect_uri import registration_fault
from easement.platform.ids import new_secret

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
class SandboxSecrets:
    """The developer's app, the demo's own, and the network's client at the sandbox bank."""

    sandbox: AppCredentials
    demo: AppCredentials
    bank_client_secret: str


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
        )
    except (ValueError, KeyError, TypeError) as error:
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
    )
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


def _new_client_id() -> str:
    return secrets.token_hex(16)
