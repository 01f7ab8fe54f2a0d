"""Identifiers and secrets, all from the operating system's random source."""

import secrets
import time


def new_id(prefix: str) -> str:
    """A public identifier such as ``grant_4f2…``: 128 random bits, safe in URLs and logs."""
    return f"{prefix}_{secrets.token_hex(16)}"


def new_secret() -> str:
    """A bearer secret of 256 random bits, URL-safe, 43 characters."""
    return secrets.token_urlsafe(32)


def new_interaction_id() -> str:
    """A trace id in the documented form ``Root=1-{8 hex: unix time}-{24 hex: random}``."""
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
