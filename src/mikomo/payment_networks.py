"""Made-up payment data for deposit accounts whose file names none."""

import hashlib
import re
from typing import Any

import msgspec

ROUTING_NUMBER = "990000013"
"""Keeps the ABA checksum; numbers that begin with 99 are assigned to nobody."""


class _Deposit(msgspec.Struct, frozen=True, rename="camel"):
    account_id: str
    account_type: str = ""
    account_number_display: str = ""
    nickname: str = ""
    transfer_in: bool = True
    transfer_out: bool = True


def networks_of(account: msgspec.Raw) -> tuple[msgspec.Raw, ...]:
    """US_ACH for a deposit account that can transfer, and US_RTP for checking."""
    deposit = msgspec.json.decode(account, type=_Deposit)
    if not (deposit.transfer_in or deposit.transfer_out):
        return ()
    kinds = ("US_ACH", "US_RTP") if deposit.account_type == "CHECKING" else ("US_ACH",)
    return tuple(msgspec.Raw(msgspec.json.encode(_network(deposit, kind))) for kind in kinds)


def _network(deposit: _Deposit, kind: str) -> dict[str, Any]:
    return {
        "bankId": ROUTING_NUMBER,
        "identifier": _identifier(deposit),
        "identifierType": "ACCOUNT_NUMBER",
        "type": kind,
        "transferIn": deposit.transfer_in,
        "transferOut": deposit.transfer_out,
    }


def _identifier(deposit: _Deposit) -> str:
    """An account number of 12 digits that ends as the one shown to the consumer does."""
    shown = re.findall(r"\d{2,}$", deposit.account_number_display or deposit.nickname)
    ending = shown[0][-4:] if shown else ""
    digest = hashlib.sha256(deposit.account_id.encode()).digest()
    made = int.from_bytes(digest[:8]) % 10 ** (11 - len(ending))
    return f"8{made:0{11 - len(ending)}d}{ending}"
