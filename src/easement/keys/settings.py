"""When signing keys rotate."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class KeySettings:
    """The rhythm of rotation."""

    rotation_age: timedelta = timedelta(days=90)
    """A key that has signed for this long has a successor."""

    lead: timedelta = timedelta(days=1)
    """A new key is published for this long before it signs: apps keep the key set for a while, and
    must know the key when its first token comes."""

    settling: timedelta = timedelta(seconds=5)
    """The shortest lead: by then every replica has heard of the key."""

    longest_token: timedelta = timedelta(hours=24)
    """The lifetime of id_tokens to begin with; a longer one is noted when the first is signed."""
