"""Which master key the operator has chosen, by environment variables.

Not among the options of a command: a secret on a command line is everybody's on the machine.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from easement.keys.errors import MasterKeyError
from easement.keys.master import MasterKey, MasterKeyFile, MasterKeyValue
from easement.keys.wrapping import CommandWrapper, WrappedMasterKey
from easement.main.settings import Settings

VALUE, FILE, COMMAND = (
    "EASEMENT_MASTER_KEY",
    "EASEMENT_MASTER_KEY_FILE",
    "EASEMENT_MASTER_KEY_COMMAND",
)
NEW_VALUE = "EASEMENT_NEW_MASTER_KEY"


def master_key(settings: Settings, environ: Mapping[str, str] = os.environ) -> MasterKey:
    """The source that is configured; without one, the file in the data directory.

    Raises:
        MasterKeyError: more than one is, or the file that is named is missing.
    """
    given = [name for name in (VALUE, FILE, COMMAND) if environ.get(name)]
    if len(given) > 1:
        raise MasterKeyError(f"{' and '.join(given)} are both set; expected one of them")
    if not given:
        return MasterKeyFile(settings.master_key_file)
    name, value = given[0], environ[given[0]]
    if name == VALUE:
        return MasterKeyValue(VALUE, value)
    if name == COMMAND:
        return WrappedMasterKey(CommandWrapper(value))
    path = Path(value)
    if not path.exists():
        # Somebody put it there, or will have mistyped: only the data directory's is made here.
        raise MasterKeyError(f"{path}, which {FILE} names, is missing")
    return MasterKeyFile(path)


def new_master_key(
    file: Path | None, command: str | None, environ: Mapping[str, str] = os.environ
) -> MasterKey:
    """The source to re-seal to; a file that is missing will be made.

    Raises:
        MasterKeyError: none or more than one is given.
    """
    value = environ.get(NEW_VALUE)
    given = [each for each in (file, command, value) if each]
    if len(given) != 1:
        raise MasterKeyError(
            "expected one of --new-master-key-file, --new-master-key-command and the variable "
            f"{NEW_VALUE}"
        )
    if file is not None:
        return MasterKeyFile(file)
    if command is not None:
        return WrappedMasterKey(CommandWrapper(command))
    return MasterKeyValue(NEW_VALUE, value or "")
