"""The token set of one link, and the claims inside its id_token."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class TokenSet:
    """What the network's token endpoint answered, as far as this app uses it."""

    id_token: str
    refresh_token: str | None
    grant_id: str | None
    expires_in: int | None
    """Seconds from the answer, as the network gave them."""

    @classmethod
    def from_answer(cls, answer: Any) -> "TokenSet | None":
        """Read a decoded token response; None when it holds no id_token."""
        if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
            return None
        refresh_token, grant_id = answer.get("refresh_token"), answer.get("grant_id")
        expires_in = answer.get("expires_in")
        return cls(
            id_token=answer["id_token"],
            refresh_token=refresh_token if isinstance(refresh_token, str) else None,
            grant_id=grant_id if isinstance(grant_id, str) else None,
            expires_in=expires_in if isinstance(expires_in, int) else None,
        )


def decode_claims(id_token: str) -> dict[str, Any]:
    """The claims of a JWT for display, NOT verified; empty when it cannot be read.

    The token came straight from the token endpoint (OpenID Connect Core 3.1.3.7, item 6), and
    this app grants nothing on the strength of a claim. An app that does must check the signature.
    """
    parts = id_token.split(".")
    if len(parts) != 3:
        return {}
    try:
        payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = json.loads(payload)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def expiry(claims: dict[str, Any]) -> str | None:
    """The `exp` claim as RFC 3339 UTC, or None when there is no usable one."""
    exp = claims.get("exp")
    if isinstance(exp, bool) or not isinstance(exp, int | float):
        return None
    try:
        return datetime.fromtimestamp(exp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return None


def shared_accounts(claims: dict[str, Any]) -> int | None:
    """How many accounts the consumer shared; None where the token does not list them."""
    accounts = claims.get("accounts")
    return len(accounts) if isinstance(accounts, list) else None


def claim_rows(claims: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of claims as text; lists and numbers as JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value))
        for name, value in claims.items()
    ]
