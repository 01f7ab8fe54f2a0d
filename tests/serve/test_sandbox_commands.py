"""`easement sandbox`, and starting with or without the sandbox."""

import json
import re
from pathlib import Path

import pytest
import requests

from tests.support.command import Served, easement
from tests.support.process import eventually

TOKEN = "a-control-token-fixed-for-ci"
USERS = """\
users:
  - username: ada
    scenario: nobody
    acounts: []
"""


def sandbox(served: Served, *arguments: str, **fixed: str) -> str:
    """What a command prints; it must succeed."""
    where = ["--port", str(served.port), "--data-dir", str(served.data_dir)]
    ended = easement("sandbox", arguments[0], *where, *arguments[1:], **fixed)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def printed_token(printed: str) -> str:
    found = re.search(r"Sandbox +http\S+/sandbox/\?token=(\S+)\n", printed)
    assert found is not None, printed
    return found[1]


def test_a_whole_day_in_the_sandbox_from_the_command_line(served: Served) -> None:
    served.start()

    printed = " ".join(sandbox(served, "users").split())
    assert re.search(r"mikomo_601 [^_]*Always 404, code 601", printed)
    listed = json.loads(sandbox(served, "users", "--json"))
    assert {"mikomo_1", "mikomo_10"} <= {user["username"] for user in listed["users"]}

    tokens = json.loads(sandbox(served, "tokens", "--user", "mikomo_10"))
    assert served.balances(tokens["id_token"]) == 200
    assert "balances" in sandbox(served, "calls")

    made = sandbox(served, "break", "status", "--status", "500", "--user", "mikomo_10")
    assert served.balances(tokens["id_token"]) == 500
    fault = made.split()[0]
    assert fault in sandbox(served, "faults")
    assert fault in sandbox(served, "heal", fault)
    assert served.balances(tokens["id_token"]) == 200
    assert sandbox(served, "heal") == "All is healed.\n"
    assert sandbox(served, "faults") == "Nothing is broken.\n"

    assert "moved by P2D" in sandbox(served, "clock", "P2D")
    assert served.balances(tokens["id_token"]) == 401
    assert "the machine's time" in sandbox(served, "clock", "0")
    assert "moved by -P1D" in sandbox(served, "clock", "--", "-P1D")
    assert sandbox(served, "clock", "--now", "2031-05-06T07:08:09Z").startswith("2031-05-06T07:08")
    sandbox(served, "clock", "0")

    grant = tokens["grant_id"]
    assert grant in sandbox(served, "grants")
    assert "839502593" in sandbox(served, "accounts", grant, "839502593")
    assert grant in sandbox(served, "revoke", grant)
    assert served.balances(tokens["id_token"]) == 404
    assert json.loads(sandbox(served, "grants", "--json"))["grants"][0]["status"] == "REVOKED"

    client_id, _ = served.credentials
    assert client_id in sandbox(served, "apps")
    changed = sandbox(served, "app", client_id, "--subscription", "suspended")
    assert "SUSPENDED" in changed

    assert "seed" in sandbox(served, "reset")
    assert sandbox(served, "grants") == "No grants yet.\n"
    assert sandbox(served, "calls") == "No calls yet.\n"
    assert json.loads(sandbox(served, "apps", "--json"))["apps"][0]["subscription"] == "ACTIVE"


def test_reset_takes_back_what_the_bank_decided(served: Served) -> None:
    served.start()
    token = served.token()
    own = ["providers", "--data-dir", str(served.data_dir)]
    window = ["--from", "2020-01-01T00:00:00Z", "--to", "2099-01-01T00:00:00Z"]
    added = easement(*own, "maintenance", "mikomo", "add", *window)
    assert added.returncode == 0, added.stderr
    eventually("the window to open", lambda: served.balances(token) == 503)

    sandbox(served, "reset")

    assert served.balances(served.token()) == 200
    assert added.stdout.strip() not in easement(*own, "maintenance", "mikomo", "list").stdout


def test_a_moved_clock_stands_where_it_was_after_a_restart(served: Served) -> None:
    served.start()
    sandbox(served, "clock", "P2D")
    served.stop()
    served.start()

    shown = json.loads(sandbox(served, "clock", "--json"))

    assert (shown["offset"], shown["bank"]["offsetSeconds"]) == ("P2D", 2 * 86400)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["clock", "tomorrow"], "P45D"),
        (["revoke", "grant_1"], "Expected the id of a grant"),
        (["heal", "fault-9"], "fault"),
        (["tokens", "--user", "nobody"], "does not let this user in"),
        (["app", "nobody", "--products", "tax"], "client_id"),
        (["app", "nobody"], "client_id"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_in_words(served: Served, arguments: list[str], words: str) -> None:
    served.start()
    where = ["--port", str(served.port), "--data-dir", str(served.data_dir)]

    ended = easement("sandbox", arguments[0], *where, *arguments[1:])

    assert ended.returncode == 1
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr


def test_without_a_running_network_it_says_that_one_is_needed(served: Served) -> None:
    served.start()
    served.stop()

    stopped = easement(
        *("sandbox", "users", "--port", str(served.port), "--data-dir", str(served.data_dir))
    )
    nowhere = easement("sandbox", "users", "--data-dir", "/nonexistent")

    assert (stopped.returncode, nowhere.returncode) == (1, 1)
    assert "easement serve" in stopped.stderr
    assert "EASEMENT_SANDBOX_CONTROL_TOKEN" in nowhere.stderr


def test_the_token_is_printed_kept_private_and_can_be_fixed(served: Served) -> None:
    made = printed_token(served.start())
    served.stop()
    assert printed_token(served.start()) == made
    assert (served.data_dir / "sandbox.json").stat().st_mode & 0o077 == 0
    served.stop()

    fixed = printed_token(served.start(environ={"EASEMENT_SANDBOX_CONTROL_TOKEN": TOKEN}))

    assert fixed == TOKEN != made
    assert "mikomo_1 " in sandbox(
        served, "users", "--data-dir", "/nonexistent", EASEMENT_SANDBOX_CONTROL_TOKEN=TOKEN
    )
    for pid in (served.pid, *served_children(served.pid)):
        assert TOKEN.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def served_children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_token_that_is_too_short_is_refused_in_words(served: Served) -> None:
    ended = easement("serve", *served.options, EASEMENT_SANDBOX_CONTROL_TOKEN="secret")

    assert ended.returncode == 1
    assert "16 to 200" in ended.stderr


def test_credentials_of_an_earlier_version_get_a_token_and_stay(served: Served) -> None:
    served.start()
    before = served.credentials
    served.stop()
    path = served.data_dir / "sandbox.json"
    stored = json.loads(path.read_text())
    del stored["control_token"], stored["bank_control_token"]
    path.write_text(json.dumps(stored))

    assert printed_token(served.start())

    assert served.credentials == before
    assert json.loads(path.read_text())["control_token"]


def test_without_the_sandbox_there_is_no_bank_no_demo_and_no_control(served: Served) -> None:
    printed = served.start("--no-sandbox")

    assert "Sandbox" not in printed
    assert "client_id" not in printed
    assert not (served.data_dir / "sandbox.json").exists()
    assert not served_children(served.pid)
    for path in ("/sandbox/", "/sandbox/v1/users", "/sandbox/v1/tokens", "/demo/", "/sandbox"):
        assert requests.get(served.url + path, timeout=30).status_code == 404
    home = requests.get(f"{served.url}/", timeout=30)
    assert home.status_code == 200
    assert "/demo" not in home.text
    assert "/sandbox" not in home.text
    assert requests.get(f"{served.url}/keys", timeout=30).status_code == 200


def test_a_database_that_was_a_sandboxs_does_not_go_into_production(served: Served) -> None:
    served.start()
    served.stop()

    ended = easement("serve", *served.options, EASEMENT_SANDBOX="off")

    assert ended.returncode == 1
    assert "holds a sandbox" in ended.stderr


def test_users_of_ones_own_that_cannot_be_read_are_told_with_their_lines(
    served: Served, tmp_path: Path
) -> None:
    path = tmp_path / "users.yaml"
    path.write_text(USERS)

    bad = easement("serve", *served.options, "--users", str(path))
    missing = easement("serve", *served.options, "--users", str(tmp_path / "none.yaml"))

    assert bad.returncode == 1
    assert re.search(r"users\.yaml.*\d", bad.stderr)
    assert "Traceback" not in bad.stderr
    assert missing.returncode == 2
    assert "does not exist" in missing.stderr


def test_every_command_has_help() -> None:
    printed = easement("sandbox", "--help")

    commands = re.findall(r"^  (\w+)  ", printed.stdout, re.MULTILINE)
    assert {"users", "clock", "break", "heal", "reset", "tokens", "grants"} <= set(commands)
    for command in commands:
        assert "Usage:" in easement("sandbox", command, "--help").stdout
