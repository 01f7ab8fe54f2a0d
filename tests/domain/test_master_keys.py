"""Where the master key may come from, and what is said when it is not there."""

import base64
import stat
from pathlib import Path

import pytest

from easement.keys import resealing
from easement.keys.errors import MasterKeyError
from easement.keys.master import MasterKey, MasterKeyFile, MasterKeyValue
from easement.keys.service import check_master_key, open_key_ring
from easement.keys.wrapping import CommandWrapper, WrappedMasterKey
from easement.main.master_key import master_key, new_master_key
from easement.main.settings import Settings
from easement.platform.clock import SystemClock
from easement.platform.db import Database
from tests.domain.conftest import MASTER, FixedMasterKey

VALUE = base64.b64encode(b"v" * 32).decode()

# Stands for a cloud's command line: the key of the service is the prefix.
SERVICE = """#!/bin/sh
echo "$1" >> "$0.calls"
case "$1" in
  wrap) printf 'sealed:%s' "$(cat)" | base64 ;;
  unwrap) base64 -d | sed -n 's/^sealed://p' ;;
esac
"""


class FakeService:
    """A key management service in memory."""

    key_id = "the fake service"

    def __init__(self) -> None:
        self.unwrapped = 0

    def wrap(self, key: bytes) -> bytes:
        return b"wrapped:" + key[::-1]

    def unwrap(self, wrapped: bytes) -> bytes:
        self.unwrapped += 1
        return wrapped.removeprefix(b"wrapped:")[::-1]


def script(directory: Path, content: str = SERVICE) -> Path:
    path = directory / "service"
    path.write_text(content)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def settings(directory: Path) -> Settings:
    return Settings(data_dir=directory)


async def test_a_value_from_the_environment_seals_and_opens(db: Database, tmp_path: Path) -> None:
    source = master_key(settings(tmp_path), {"EASEMENT_MASTER_KEY": VALUE})

    first = await open_key_ring(db, source, SystemClock())

    again = await open_key_ring(db, MasterKeyValue("x", VALUE), SystemClock())
    assert again.signing().kid == first.signing().kid
    assert list(tmp_path.glob("*.key")) == []


@pytest.mark.parametrize("value", ["not base64!", base64.b64encode(b"short").decode(), " "])
async def test_a_value_that_is_no_key_is_named(db: Database, value: str) -> None:
    with pytest.raises(MasterKeyError, match="EASEMENT_MASTER_KEY "):
        await open_key_ring(db, MasterKeyValue("EASEMENT_MASTER_KEY", value), SystemClock())


def test_a_file_that_the_environment_names_is_read_and_never_made(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.key"
    chosen = {"EASEMENT_MASTER_KEY_FILE": str(path)}
    with pytest.raises(MasterKeyError, match="EASEMENT_MASTER_KEY_FILE names, is missing"):
        master_key(settings(tmp_path), chosen)
    path.write_text(VALUE)

    assert master_key(settings(tmp_path), chosen).load() == b"v" * 32


def test_two_sources_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="EASEMENT_MASTER_KEY and EASEMENT_MASTER_KEY_COMMAND"):
        master_key(
            settings(tmp_path),
            {"EASEMENT_MASTER_KEY": VALUE, "EASEMENT_MASTER_KEY_COMMAND": "service"},
        )


def test_without_a_choice_it_is_the_file_in_the_data_directory(tmp_path: Path) -> None:
    assert master_key(settings(tmp_path), {}).name == str(tmp_path / "master.key")


def test_resealing_wants_exactly_one_new_master_key(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match="expected one of"):
        new_master_key(None, None, {})
    with pytest.raises(MasterKeyError, match="expected one of"):
        new_master_key(tmp_path / "new.key", None, {"EASEMENT_NEW_MASTER_KEY": VALUE})
    assert new_master_key(None, None, {"EASEMENT_NEW_MASTER_KEY": VALUE}).load() == b"v" * 32


async def test_a_wrapped_master_key_is_unwrapped_once_and_opens_after_a_restart(
    db: Database,
) -> None:
    first = await open_key_ring(db, WrappedMasterKey(FakeService()), SystemClock())

    service = FakeService()
    source = WrappedMasterKey(service)
    again = [await open_key_ring(db, source, SystemClock()) for _ in range(3)]

    assert {ring.signing().kid for ring in again} == {first.signing().kid}
    assert service.unwrapped == 1


async def test_a_service_that_does_not_unwrap_what_it_wraps_is_met_at_the_first_start(
    db: Database,
) -> None:
    class Broken(FakeService):
        def unwrap(self, wrapped: bytes) -> bytes:
            return b"?" * 32

    with pytest.raises(MasterKeyError, match="does not unwrap what it has wrapped"):
        await open_key_ring(db, WrappedMasterKey(Broken()), SystemClock())


async def test_a_command_wraps_and_unwraps(db: Database, tmp_path: Path) -> None:
    path = script(tmp_path)
    chosen = {"EASEMENT_MASTER_KEY_COMMAND": f"'{path}'"}

    first = await open_key_ring(db, master_key(settings(tmp_path), chosen), SystemClock())
    again = await open_key_ring(db, master_key(settings(tmp_path), chosen), SystemClock())

    assert again.signing().kid == first.signing().kid
    calls = (tmp_path / "service.calls").read_text().split()
    assert calls == ["wrap", "unwrap", "unwrap"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("#!/bin/sh\necho no such key >&2\nexit 3\n", "status 3: no such key"),
        ("#!/bin/sh\necho '!!'\n", "it wrote no base64"),
        ("#!/bin/sh\ncat >/dev/null\n", "it wrote nothing"),
        ("no program", "cannot wrap the master key"),
    ],
    ids=["fails", "babbles", "silent", "not a program"],
)
def test_a_command_that_does_not_do_its_work_is_told_in_words(
    tmp_path: Path, content: str, words: str
) -> None:
    source = WrappedMasterKey(CommandWrapper(str(script(tmp_path, content))))
    with pytest.raises(MasterKeyError, match=words):
        source.load_or_create()


def test_a_command_that_is_missing_is_told_in_words() -> None:
    source = WrappedMasterKey(CommandWrapper("/nowhere/service"))
    with pytest.raises(MasterKeyError, match="No such file"):
        source.load_or_create()


@pytest.mark.parametrize("command", ["'unclosed", ""])
def test_a_command_that_cannot_be_run_is_told_in_words(command: str) -> None:
    with pytest.raises(MasterKeyError, match="cannot wrap"):
        CommandWrapper(command).wrap(b"k" * 32)


async def test_a_master_key_moves_into_a_service_and_out_again(
    db: Database, tmp_path: Path
) -> None:
    first = await open_key_ring(db, MASTER, SystemClock())
    service = WrappedMasterKey(FakeService())

    await resealing.reseal(db, MASTER, service, SystemClock())

    wrapped = await open_key_ring(db, WrappedMasterKey(FakeService()), SystemClock())
    file = MasterKeyFile(tmp_path / "new.key")
    with pytest.raises(MasterKeyError, match="is wrapped by a command"):
        await open_key_ring(db, MasterKeyValue("a value", VALUE), SystemClock())
    await resealing.reseal(db, service, file, SystemClock())
    out = await open_key_ring(db, file, SystemClock())
    assert {ring.signing().kid for ring in (wrapped, out)} == {first.signing().kid}
    with pytest.raises(MasterKeyError, match="is not wrapped by the fake service"):
        await open_key_ring(db, service, SystemClock())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (FixedMasterKey(b"x" * 32), "do not open with the master key in the test"),
        (WrappedMasterKey(FakeService()), "is not wrapped by"),
    ],
    ids=["another key", "a service"],
)
async def test_a_check_of_the_master_key_tries_it_on_the_stored_keys(
    db: Database, url: str, wrong: MasterKey, words: str
) -> None:
    await check_master_key(url, wrong)  # nothing is sealed yet
    await open_key_ring(db, MASTER, SystemClock())

    await check_master_key(url, MASTER)
    with pytest.raises(MasterKeyError, match=words):
        await check_master_key(url, wrong)
