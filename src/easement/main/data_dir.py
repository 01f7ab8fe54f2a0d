"""The data directory: one network at a time runs on it.

A second one with other ports would register itself as the bank's client in place of the first.
"""

import fcntl
import os
from pathlib import Path
from typing import IO


class DataDirInUseError(Exception):
    """Another network runs on the directory."""


def claim(directory: Path) -> IO[bytes]:
    """Make the directory and hold it until the returned file is closed or the process ends.

    Raises:
        DataDirInUseError: somebody else holds it.
        OSError: it cannot be made or written.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    file = os.fdopen(descriptor, "r+b")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise DataDirInUseError(
            f"another network is running on {directory}; stop it, or choose another --data-dir"
        ) from error
    return file
