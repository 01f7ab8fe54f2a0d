"""`easement providers`: a bank's policy and maintenance, set while the network runs."""

from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.support.command import Served, easement
from tests.support.process import eventually

POLICY = """\
tokenized_routing_number: "021000021"
rules:
  - recipients: [some-company]
    products: [balances, investments]
    categories: [loanAccount]
    visible: false
  - mask: [currentBalance, holdings.units]
  - recipients: [some-app]
    unmask: [currentBalance]
    tokenized_account_numbers: true
"""


@pytest.fixture
def run(served: Served) -> Callable[..., str]:
    """Run a command on the network's data; what it printed."""
    served.start()

    def command(*arguments: str | Path, fails: bool = False) -> str:
        ran = easement("providers", *map(str, arguments), EASEMENT_DATA_DIR=str(served.data_dir))
        assert (ran.returncode != 0) is fails, ran.stderr
        assert "Traceback" not in ran.stderr
        return ran.stderr if fails else ran.stdout

    return command


def balances(served: Served, token: str) -> requests.Response:
    return requests.get(
        f"{served.url}/balances/v2/mikomo",
        headers={"authorization": f"Bearer {token}"},
        timeout=30,
    )


def test_a_policy_is_set_shown_and_in_force_within_a_second(
    served: Served, run: Callable[..., str], tmp_path: Path
) -> None:
    token = served.token()
    assert b"currentBalance" in balances(served, token).content

    assert run("list") == "mikomo  Mikomo\n"
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY)
    assert run("policy", "mikomo", "--file", file) == "mikomo has a new policy, with 3 rules.\n"
    eventually(
        "the mask to be in force", lambda: b"currentBalance" not in balances(served, token).content
    )

    shown = run("policy", "mikomo", "--show")
    assert "id_token_lifetime_s: 86400" in shown
    file.write_text(shown)
    run("policy", "mikomo", "--file", file)
    assert run("policy", "mikomo", "--show") == shown
    assert "currentBalance" in run("show", "mikomo")

    # It is the bank's own, and outlives a restart.
    served.stop()
    served.start()
    assert run("policy", "mikomo", "--show") == shown
    assert b"currentBalance" not in balances(served, served.token()).content


def test_a_maintenance_window_answers_503_until_it_is_removed(
    served: Served, run: Callable[..., str]
) -> None:
    token = served.token()
    window = run(
        *("maintenance", "mikomo", "add", "--title", "New core system"),
        *("--from", "2020-01-01T00:00:00Z", "--to", "2099-01-01T01:00:00+01:00"),
    ).strip()
    eventually("the window to open", lambda: balances(served, token).status_code == 503)
    answer = balances(served, token)
    assert answer.json() == {"code": 503, "message": "System is down for maintenance"}
    assert int(answer.headers["retry-after"]) > 86_400

    assert run("maintenance", "mikomo", "list") == (
        f"{window}  2020-01-01T00:00:00+00:00  2099-01-01T00:00:00+00:00  New core system\n"
    )
    assert "New core system" in run("show", "mikomo")
    run("maintenance", "mikomo", "remove", window)
    eventually("the window to close", lambda: balances(served, token).status_code == 200)
    assert run("maintenance", "mikomo", "list") == ""


def test_a_mistake_in_a_file_is_told_with_its_line(run: Callable[..., str], tmp_path: Path) -> None:
    for content, line, words in (
        (POLICY.replace("loanAccount", "loan"), 5, "'loan' is none of"),
        (POLICY.replace("holdings.units", "accountId"), 7, "cannot be masked"),
        (POLICY.replace("visible: false", "visibel: false"), 6, "unknown key 'visibel'"),
        (POLICY.replace("    unmask", "    mask: [a]\n    mask"), 10, "mask is said twice"),
        (POLICY.replace('"021000021"', "021000021"), 1, "in quotes"),
        ("rules: [", 1, "expected"),
        ("", 1, "expected a mapping"),
        ('{"rules": [\n  {"visible": 1}]}', 2, "true or false"),
    ):
        file = tmp_path / "policy.yaml"
        file.write_text(content)
        said = run("policy", "mikomo", "--file", file, fails=True)
        assert f"{file}, line {line}: " in said
        assert words in said
    assert run("policy", "mikomo", "--show").endswith("rules: []\n")


def test_what_else_is_wrong_is_said_in_words(
    served: Served, run: Callable[..., str], tmp_path: Path
) -> None:
    start, end = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    add = ("maintenance", "mikomo", "add", "--from")
    for arguments, words in (
        (("show", "nobody"), "no provider 'nobody'"),
        (("policy", "mikomo"), "either --file"),
        (("policy", "mikomo", "--show", "--file", __file__), "either --file"),
        (("maintenance", "nobody", "list"), "no provider 'nobody'"),
        ((*add, end, "--to", start), "later than --from"),
        ((*add, "2026-01-01", "--to", end), "such as 2026-03-01T02:00:00Z"),
        ((*add, start, "--to", end, "--title", ""), "1 to 200"),
        (("maintenance", "mikomo", "remove", "none"), "no window 'none'"),
        (("--data-dir", tmp_path / "elsewhere", "list"), "no network has run on"),
    ):
        assert words in run(*arguments, fails=True)
    assert not (tmp_path / "elsewhere").exists()
