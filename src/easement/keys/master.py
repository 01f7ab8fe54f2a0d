"""The master key: one file outside the database, under which all other keys are sealed."""

import base64
import binascii
import contextlib
import os
from pathlib import Path

from easement.keys.errors import MasterKeyError
from easement.platform.crypto import new_key
from easement.platform.ids import new_id


class MasterKeyFile:
    """The 256-bit key in `path`: base64, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> bytes:
        """The key.

        Raises:
            MasterKeyError: the file is missing or holds something else.
        """
        path = self._path
        try:
            key = base64.b64decode(path.read_bytes().strip(), validate=True)
        except FileNotFoundError as error:
            raise MasterKeyError(
                f"{path} is missing; it seals every stored secret: restore it from your backup"
            ) from error
        except OSError as error:
            raise MasterKeyError(f"{path} cannot be read: {error.strerror}") from error
        except binascii.Error as error:
            raise MasterKeyError(f"{path} is not base64; restore it from your backup") from error
        if len(key) != 32:
            raise MasterKeyError(
                f"{path} holds {len(key)} bytes, expected 32; restore it from your backup"
            )
        return key

    def load_or_create(self) -> bytes:
        """The key, made where there is none yet; only right while nothing is sealed under one."""
        try:
            if not self._path.exists():
                self._create()
        except OSError as error:
            raise MasterKeyError(f"{self._path} cannot be written: {error.strerror}") from error
        return self.load()

    def _create(self) -> None:
        # Complete and on disk before it has its name: a half-written key would lose the database.
        temporary = self._path.with_name(f".{self._path.name}.{new_id('new')}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(new_key()) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            self._path.hardlink_to(temporary)  # unlike a rename it never replaces another's key
        temporary.unlink()
