"""`easement keys`, and what is said of master keys that are not the right ones."""

import base64
import os
import stat
from pathlib import Path

import pytest

from tests.support.command import Served, easement
from tests.support.process import eventually

VALUE = base64.b64encode(b"v" * 32).decode()
SERVICE = """#!/bin/sh
case "$1" in
  wrap) printf 'sealed:%s' "$(cat)" | base64 ;;
  unwrap) base64 -d | sed -n 's/^sealed://p' ;;
esac
"""


def keys(served: Served, *arguments: str, **environ: str) -> str:
    """What a command that must succeed prints."""
    ended = easement("keys", "--data-dir", str(served.data_dir), *arguments, **environ)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def listed(served: Served, **environ: str) -> list[list[str]]:
    return [line.split() for line in keys(served, "list", **environ).splitlines()]


def doctor(served: Served, **environ: str) -> str:
    """What doctor says of the master key."""
    printed = easement("doctor", *served.options, **environ).stdout
    return next(line for line in printed.splitlines() if "master key" in line)


def test_keys_are_listed_and_rotated_while_the_network_runs(served: Served) -> None:
    served.start()
    ((old, *facts),) = listed(served)
    assert facts[:2] == ["RS256", "signing"]

    said = keys(served, "rotate")
    keys(served, "rotate", "--alg", "ES256")

    new = said.split()[0]
    found = {kid: (algorithm, state) for kid, algorithm, state, *_ in listed(served)}
    assert found.pop(old) == ("RS256", "signing")
    assert found.pop(new) == ("RS256", "next")
    assert list(found.values()) == [("ES256", "signing")]
    assert served.balances(served.token()) == 200


def test_a_withdrawal_wants_another_key_and_a_yes(served: Served) -> None:
    served.start()
    ((old, *_),) = listed(served)
    where = ["keys", "--data-dir", str(served.data_dir), "withdraw"]

    alone = easement(*where, old, "--yes")
    keys(served, "rotate")
    unasked = easement(*where, old)
    keys(served, "withdraw", old, "--yes")

    assert (alone.returncode, unasked.returncode) == (1, 1)
    assert "first rotate it" in alone.stderr
    assert [state for _, _, state, *_ in listed(served)] == ["signing"]


def test_the_data_key_is_replaced_while_the_network_runs(served: Served) -> None:
    served.start()
    token = served.token()

    said = keys(served, "rotate-data")

    assert said.startswith("Re-sealed 1 connections and 1 secrets.")
    assert served.balances(token) == 200
    assert served.balances(served.token()) == 200
    assert keys(served, "rotate-data", "--continue").startswith("Re-sealed 0 connections")
    served.stop()
    served.start()
    assert served.balances(token) == 200


def test_a_resealed_network_goes_on_and_starts_again_with_the_new_master_key_only(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    token = served.token()
    new = tmp_path / "new.key"

    said = keys(served, "reseal", "--new-master-key-file", str(new))

    assert f"EASEMENT_MASTER_KEY_FILE={new}" in said
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert served.balances(token) == 200
    served.stop()
    refused = easement("serve", *served.options)
    assert refused.returncode == 1
    assert "do not open with the master key in" in refused.stderr
    assert "do not open" in doctor(served)
    environ = {"EASEMENT_MASTER_KEY_FILE": str(new)}
    assert doctor(served, **environ).startswith("fine")
    served.start(environ=environ)
    assert served.balances(token) == 200


def test_a_file_moved_into_the_data_directory_is_the_new_master_key(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    served.stop()
    new = tmp_path / "new.key"
    keys(served, "reseal", "--new-master-key-file", str(new))
    (served.data_dir / "master.key").unlink()
    assert "is missing" in doctor(served)

    new.rename(served.data_dir / "master.key")

    assert doctor(served).startswith("fine")
    served.start()


def test_the_master_key_may_come_from_the_environment(served: Served) -> None:
    environ = {"EASEMENT_MASTER_KEY": VALUE}
    served.start(environ=environ)
    token = served.token()
    assert not (served.data_dir / "master.key").exists()
    assert doctor(served, **environ).startswith("fine")
    assert [state for _, _, state, *_ in listed(served, **environ)] == ["signing"]
    served.stop()

    lost = easement("serve", *served.options)
    assert lost.returncode == 1
    assert "is missing" in lost.stderr
    assert not (served.data_dir / "master.key").exists()
    wrong = easement("serve", *served.options, EASEMENT_MASTER_KEY=VALUE[:-4] + "AAA=")
    assert wrong.returncode == 1
    assert "do not open with the master key in EASEMENT_MASTER_KEY" in wrong.stderr
    assert VALUE not in wrong.stderr
    both = easement("serve", *served.options, **environ, EASEMENT_MASTER_KEY_FILE="x")
    assert "are both set" in both.stderr

    served.start(environ=environ)
    assert served.balances(token) == 200


def test_the_master_key_may_be_wrapped_by_a_command(served: Served, tmp_path: Path) -> None:
    program = tmp_path / "service"
    program.write_text(SERVICE)
    program.chmod(0o700)
    environ = {"EASEMENT_MASTER_KEY_COMMAND": str(program), "PATH": os.environ["PATH"]}
    served.start(environ=environ)
    token = served.token()
    assert not (served.data_dir / "master.key").exists()
    served.stop()
    assert doctor(served, **environ).startswith("fine")
    assert "is wrapped by a command" in doctor(served)

    program.write_text("#!/bin/sh\necho access denied >&2; exit 1\n")
    denied = easement("serve", *served.options, **environ)
    assert denied.returncode == 1
    assert "cannot unwrap the master key" in denied.stderr
    assert "access denied" in denied.stderr
    assert "access denied" in doctor(served, **environ)

    program.write_text(SERVICE)
    served.start(environ=environ)
    assert served.balances(token) == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["reseal"], "expected one of --new-master-key-file"),
        (["reseal", "--new-master-key-command", "/nowhere/x"], "No such file"),
        (["withdraw", "key_x", "--yes"], "no signing key 'key_x'"),
        (["rotate", "--alg", "HS256"], "HS256"),
    ],
    ids=str,
)
def test_keys_says_what_is_wrong(served: Served, arguments: list[str], words: str) -> None:
    served.start()

    ended = easement("keys", "--data-dir", str(served.data_dir), *arguments)

    assert ended.returncode in {1, 2}
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_keys_without_a_network_says_how_to_start_one(tmp_path: Path) -> None:
    ended = easement("keys", "--data-dir", str(tmp_path), "list")

    assert ended.returncode == 1
    assert "easement serve" in ended.stderr
    assert not (tmp_path / "easement.db").exists()


def test_a_running_network_tells_of_keys_that_it_cannot_open(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    new = tmp_path / "new.key"
    keys(served, "reseal", "--new-master-key-file", str(new))

    keys(served, "rotate", EASEMENT_MASTER_KEY_FILE=str(new))

    eventually("the complaint", lambda: "new keys do not open" in served.printed)
    assert served.balances(served.token()) == 200
