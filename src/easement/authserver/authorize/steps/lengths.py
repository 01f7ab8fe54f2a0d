"""What is echoed or stored must be of sane length and without control characters."""

from easement.authserver.authorize.request import PendingRequest
from easement.oauth.errors import OAuthError, Refusal

_LONGEST = {"state": 4096, "nonce": 1024, "scope": 1000, "code_challenge": 128}


async def lengths(pending: PendingRequest) -> Refusal | None:
    """Control characters could split headers and logs; megabytes would fill the database."""
    for name, longest in _LONGEST.items():
        value = pending.parameters.get(name, "")
        if len(value) > longest:
            return _refused(f"Parameter {name} is too long, expected at most {longest} characters")
        if any(ord(character) < 0x20 or ord(character) == 0x7F for character in value):
            return _refused(f"Parameter {name} has control characters")
    return None


def _refused(description: str) -> Refusal:
    return Refusal(OAuthError.INVALID_REQUEST, description, redirect_safe=True)
