"""A master key that a key management service wraps, so that no machine stores it in clear.

The service holds a key that never leaves it. The master key lies in the database wrapped under
that key; a start asks the service once to unwrap it, and the service decides who may.
"""

import base64
import binascii
import shlex
import subprocess
from typing import Protocol

from easement.keys.errors import MasterKeyError
from easement.platform.crypto import new_key

_MASTER_KEY_BYTES = 32
_PATIENCE_S = 30
_SHOWN = 300


class KeyWrapper(Protocol):
    """The port to a key management service. Both calls raise `MasterKeyError`."""

    @property
    def key_id(self) -> str:
        """Names the service's key, for an operator to read."""
        ...

    def wrap(self, key: bytes) -> bytes:
        """`key` (32 bytes) encrypted by the service."""
        ...

    def unwrap(self, wrapped: bytes) -> bytes:
        """What `wrap` was given."""
        ...


class WrappedMasterKey:
    """The master key behind a `KeyWrapper`; unwrapped once, then remembered."""

    def __init__(self, wrapper: KeyWrapper) -> None:
        self._wrapper = wrapper
        self._known: tuple[bytes, bytes] | None = None

    @property
    def name(self) -> str:
        return self._wrapper.key_id

    def load(self, wrapped: bytes | None = None) -> bytes:
        if wrapped is None:
            raise MasterKeyError(
                f"the master key of this database is not wrapped by {self.name}; start with the "
                "master key it has, or re-seal it: easement keys reseal --new-master-key-command"
            )
        if self._known is None or self._known[0] != wrapped:
            key = self._wrapper.unwrap(wrapped)
            if len(key) != _MASTER_KEY_BYTES:
                raise MasterKeyError(
                    f"{self.name} unwrapped {len(key)} bytes, expected {_MASTER_KEY_BYTES}"
                )
            self._known = (wrapped, key)
        return self._known[1]

    def load_or_create(self) -> tuple[bytes, bytes | None]:
        key = new_key()
        wrapped = self._wrapper.wrap(key)
        # A service that encrypts what it cannot decrypt must be met now, not at the next start.
        if self._wrapper.unwrap(wrapped) != key:
            raise MasterKeyError(f"{self.name} does not unwrap what it has wrapped")
        self._known = (wrapped, key)
        return key, wrapped


class CommandWrapper:
    """Wraps by running ``<command> wrap`` or ``<command> unwrap``.

    The program reads base64 on standard input and writes base64 to standard output; what it
    encrypts with is its own affair.
    """

    def __init__(self, command: str) -> None:
        self._command = command

    @property
    def key_id(self) -> str:
        return f"the command {self._command!r}"

    def wrap(self, key: bytes) -> bytes:
        return self._run("wrap", key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return self._run("unwrap", wrapped)

    def _run(self, verb: str, data: bytes) -> bytes:
        fault = f"{self.key_id} cannot {verb} the master key"
        try:
            ended = subprocess.run(  # noqa: S603 - the operator's own program, without a shell
                [*shlex.split(self._command), verb],
                input=base64.b64encode(data) + b"\n",
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise MasterKeyError(f"{fault}: no answer in {_PATIENCE_S} seconds") from error
        except (OSError, ValueError) as error:
            raise MasterKeyError(f"{fault}: {error}") from error
        if ended.returncode != 0:
            # Its complaint only: the key would be in what it writes to standard output.
            said = ended.stderr.decode(errors="replace").strip()[-_SHOWN:]
            raise MasterKeyError(f"{fault}: it ended with status {ended.returncode}: {said}")
        try:
            # Without line breaks: some programs fold what they encode.
            result = base64.b64decode(b"".join(ended.stdout.split()), validate=True)
        except binascii.Error as error:
            raise MasterKeyError(f"{fault}: it wrote no base64") from error
        if not result:
            raise MasterKeyError(f"{fault}: it wrote nothing")
        return result
