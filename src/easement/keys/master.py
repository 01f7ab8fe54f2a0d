"""The master key: one file outside the database, under which all other keys are sealed."""

import base64
import binascii
import os
from pathlib import Path

from easement.keys.errors import MasterKeyError
from easement.platform.crypto import new_key
from easement.platform.ids import new_id


def load_or_create(path: Path) -> bytes:
    """The 256-bit key in `path` (base64, mode 0600), made on first use.

    Raises:
        MasterKeyError: the file holds something else.
    """
    if path.exists():
        return load(path)
    # Complete and on disk before it has its name: a half-written key would lose the database.
    temporary = path.with_name(f".{path.name}.{new_id('new')}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(new_key()) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(temporary)  # unlike a rename it never replaces another's key
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return load(path)


def load(path: Path) -> bytes:
    """The key in `path`.

    Raises:
        MasterKeyError: the file is missing or holds something else.
    """
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except FileNotFoundError as error:
        raise MasterKeyError(
            f"{path} is missing; it seals every stored secret: restore it from your backup"
        ) from error
    except binascii.Error as error:
        raise MasterKeyError(f"{path} is not base64; restore it from your backup") from error
    if len(key) != 32:
        raise MasterKeyError(f"{path} holds {len(key)} bytes, expected 32; restore it from backup")
    return key
