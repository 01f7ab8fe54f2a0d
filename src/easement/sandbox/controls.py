"""All the hands on the sandbox, for its API and its pages alike."""

from dataclasses import dataclass

from easement.sandbox.apps import SandboxApps
from easement.sandbox.bank import BankControl
from easement.sandbox.calls import CallLog
from easement.sandbox.clock import SandboxClock
from easement.sandbox.grants import SandboxGrants
from easement.sandbox.reset import SandboxReset
from easement.sandbox.token_mint import TokenMint


@dataclass(frozen=True, slots=True)
class Controls:
    """Handed in by the composition root."""

    bank: BankControl
    clock: SandboxClock
    grants: SandboxGrants
    apps: SandboxApps
    calls: CallLog
    mint: TokenMint
    reset: SandboxReset
