"""The sandbox bank as a child process: its own program, spoken to over HTTP only.

Imports nothing that is slow to load: the bank starts first, and loads while the network does.
"""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass

from easement.main.sandbox_credentials import SandboxSecrets, write_private
from easement.main.settings import Settings

PROVIDER_ID = "mikomo"
BANK_CLIENT_ID = "easement"

_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class BankProcess:
    """The running bank."""

    process: subprocess.Popen[bytes]
    health_url: str

    async def ready(self) -> bool:
        """Wait until the bank answers; False if it stopped instead."""
        from easement.platform.http import ConnectFailedError, TimedOutError, open_http_client

        async with open_http_client() as http:
            while self.process.poll() is None:
                try:
                    if (await http.send("GET", self.health_url, timeout_s=1)).status == 200:
                        return True
                except (ConnectFailedError, TimedOutError):
                    await asyncio.sleep(0.02)
        return False

    async def ended(self) -> int:
        """Wait until the bank stops by itself; its exit status."""
        # Polled, because a thread that waits could not be cancelled when we stop first.
        while (status := self.process.poll()) is None:  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)
        return status

    def stop(self) -> None:
        """Ask it to stop and wait; insist if it does not."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start(settings: Settings, secrets: SandboxSecrets) -> BankProcess:
    """Register the network as a client of the bank, and start the bank."""
    directory = settings.bank_data_dir
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    client = {
        "client_id": BANK_CLIENT_ID,
        "client_secret": secrets.bank_client_secret,
        "name": settings.brand,
        "redirect_uris": [f"{settings.public_url}/callback/{PROVIDER_ID}"],
    }
    write_private(directory / "clients.json", json.dumps([client], indent=2) + "\n")
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
        [
            *(sys.executable, "-m", "mikomo"),
            *("--host", settings.host),
            *("--port", str(settings.bank_port)),
            *("--public-url", settings.bank_public_url),
            *("--data-dir", str(directory)),
            "--exit-with-parent",
        ],
        env=_environment(settings, secrets),
        # The bank stops when this pipe closes: killed or not, we never leave it behind.
        stdin=subprocess.PIPE,
    )
    return BankProcess(process, f"{settings.bank_api_url}/health")


def _environment(settings: Settings, secrets: SandboxSecrets) -> dict[str, str]:
    """Ours, and what the bank must not read from its arguments, which every local user sees."""
    own = {"MIKOMO_CONTROL_TOKEN": secrets.bank_control_token}
    if settings.users is not None:
        own["MIKOMO_USERS"] = str(settings.users)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EASEMENT_")}
    return {**kept, **own}
