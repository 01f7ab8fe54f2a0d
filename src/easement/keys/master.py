"""The master key, under which all other keys are sealed: a file or a value outside the database."""

import base64
import binascii
import contextlib
import os
from pathlib import Path
from typing import Protocol

from easement.keys.errors import MasterKeyError
from easement.platform.crypto import new_key
from easement.platform.ids import new_id

_BYTES = 32


class MasterKey(Protocol):
    """Where the master key comes from."""

    @property
    def name(self) -> str:
        """What an operator calls this source."""
        ...

    def load(self, wrapped: bytes | None = None) -> bytes:
        """The key; `wrapped` is what the database holds of it, if anything.

        Raises:
            MasterKeyError: it is missing or malformed.
        """
        ...

    def load_or_create(self) -> tuple[bytes, bytes | None]:
        """The key, made where there is none yet, and what the database is to hold of it.

        Only right while nothing is sealed under one. Raises `MasterKeyError`.
        """
        ...


class MasterKeyFile:
    """The 256-bit key in `path`: base64, mode 0600."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return str(self._path)

    def load(self, wrapped: bytes | None = None) -> bytes:
        _refuse_wrapped(self.name, wrapped)
        path = self._path
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise MasterKeyError(
                f"{path} is missing; it seals every stored secret: restore it from your backup"
            ) from error
        except OSError as error:
            raise MasterKeyError(f"{path} cannot be read: {error.strerror}") from error
        return _decoded(content, self.name)

    def load_or_create(self) -> tuple[bytes, bytes | None]:
        try:
            if not self._path.exists():
                self._create()
        except OSError as error:
            raise MasterKeyError(f"{self._path} cannot be written: {error.strerror}") from error
        return self.load(), None

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


class MasterKeyValue:
    """The key as somebody else keeps it, in base64, such as an environment variable.

    Never made here: nobody would keep it.
    """

    def __init__(self, name: str, value: str) -> None:
        self.name = name
        self._value = value

    def load(self, wrapped: bytes | None = None) -> bytes:
        _refuse_wrapped(self.name, wrapped)
        return _decoded(self._value.encode(), self.name)

    def load_or_create(self) -> tuple[bytes, bytes | None]:
        return self.load(), None


def _decoded(content: bytes, name: str) -> bytes:
    try:
        key = base64.b64decode(content.strip(), validate=True)
    except binascii.Error as error:
        raise MasterKeyError(f"{name} is not base64; restore it from your backup") from error
    if len(key) != _BYTES:
        raise MasterKeyError(
            f"{name} holds {len(key)} bytes, expected {_BYTES}; restore it from your backup"
        )
    return key


def _refuse_wrapped(name: str, wrapped: bytes | None) -> None:
    if wrapped is not None:
        raise MasterKeyError(
            f"{name} cannot be the master key: that of this database is wrapped by a command; set "
            "EASEMENT_MASTER_KEY_COMMAND to it"
        )
