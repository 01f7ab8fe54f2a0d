"""`easement token` and `easement doctor`."""

import json
import socket

import pytest

from tests.support.command import Served, easement

ACCOUNT = "839502593"


def test_token_prints_a_token_set_that_works(served: Served) -> None:
    served.start()
    where = ["--port", str(served.port), "--data-dir", str(served.data_dir)]

    printed = easement("token", "--user", "mikomo_10", *where)

    assert printed.returncode == 0, printed.stderr
    tokens = json.loads(printed.stdout)
    assert served.balances(tokens["id_token"]) == 200
    assert tokens["refresh_token"]


def test_token_takes_accounts_app_and_scope(served: Served) -> None:
    served.start()
    printed = easement(
        *("token", "--user", "mikomo_10", "--accounts", ACCOUNT, "--app", "demo"),
        *("--scope", "openid"),
        EASEMENT_PORT=str(served.port),
        EASEMENT_DATA_DIR=str(served.data_dir),
    )

    tokens = json.loads(printed.stdout)
    assert tokens["scope"] == "openid"
    assert "refresh_token" not in tokens
    assert served.balances(tokens["id_token"]) == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--user", "nobody"], "does not let this user in"),
        (["--user", "mikomo_10", "--password", "wrong"], "does not let this user in"),
        (["--user", "mikomo_10", "--accounts", "1"], "Expected accounts of this user"),
        (["--user", "mikomo_10", "--scope", "email"], "openid"),
        (["--user", "mikomo_10", "--app", "other"], "no app 'other'"),
    ],
    ids=str,
)
def test_token_says_what_is_wrong(served: Served, arguments: list[str], words: str) -> None:
    served.start()
    where = ["--port", str(served.port), "--data-dir", str(served.data_dir)]

    printed = easement("token", *arguments, *where)

    assert printed.returncode == 1
    assert words in printed.stderr
    assert "Traceback" not in printed.stderr


def test_token_without_a_network_says_how_to_start_one(served: Served) -> None:
    served.start()
    served.stop()
    where = ["--port", str(served.port), "--data-dir", str(served.data_dir)]

    printed = easement("token", "--user", "mikomo_10", *where)
    elsewhere = easement("token", "--user", "mikomo_10", "--data-dir", "/nonexistent")

    assert (printed.returncode, elsewhere.returncode) == (1, 1)
    assert "easement serve" in printed.stderr
    assert "does not exist" in elsewhere.stderr


def wrong(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if line.startswith("wrong")]


def test_doctor_finds_nothing_before_during_and_after_serving(served: Served) -> None:
    before = easement("doctor", *served.options)
    assert (before.returncode, wrong(before.stdout)) == (0, [])
    assert not served.data_dir.exists()

    served.start()
    during = easement("doctor", *served.options)
    assert (during.returncode, wrong(during.stdout)) == (0, [])

    served.stop()
    after = easement("doctor", *served.options)
    assert (after.returncode, wrong(after.stdout)) == (0, [])


def test_doctor_names_files_that_others_may_read(served: Served) -> None:
    served.start()
    served.stop()
    served.data_dir.chmod(0o755)
    (served.data_dir / "sandbox.json").chmod(0o644)
    (served.data_dir / "master.key").chmod(0o644)

    looked = easement("doctor", *served.options)

    assert looked.returncode == 1
    lines = wrong(looked.stdout)
    assert len(lines) == 3
    assert all("chmod" in line for line in lines)


def test_doctor_names_a_port_that_another_program_uses(served: Served) -> None:
    with socket.create_server(("127.0.0.1", served.bank_port)):
        looked = easement("doctor", *served.options)

    assert looked.returncode == 1
    assert [str(served.bank_port) in line for line in wrong(looked.stdout)] == [True]


def test_doctor_names_damaged_files_and_a_damaged_database(served: Served) -> None:
    served.start()
    served.stop()
    (served.data_dir / "sandbox.json").write_text("{")
    (served.data_dir / "master.key").unlink()
    (served.data_dir / "easement.db").write_bytes(b"not a database" * 1000)

    looked = easement("doctor", *served.options)

    assert looked.returncode == 1
    assert "Traceback" not in looked.stderr
    text = "\n".join(wrong(looked.stdout))
    for name in ("sandbox.json", "master.key", "database"):
        assert name in text


def test_doctor_names_a_database_out_of_reach_and_a_public_url_at_odds(served: Served) -> None:
    looked = easement(
        *("doctor", *served.options, "--database-url", "postgresql://127.0.0.1:9/none"),
        *("--public-url", "https://data.example.test"),
    )

    assert looked.returncode == 1
    text = "\n".join(wrong(looked.stdout))
    assert "database" in text
    assert "EASEMENT_BANK_PUBLIC_URL" in text


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["token", "--help"]])
def test_help_is_there(arguments: list[str]) -> None:
    printed = easement(*arguments)

    assert printed.returncode == 0
    assert "Usage:" in printed.stdout


def test_version_is_told() -> None:
    assert easement("--version").stdout.strip().split()[-1].count(".") == 2
