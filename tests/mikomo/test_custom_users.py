"""People of one's own, from YAML and JSON: what is made of them, and what is wrong with them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mikomo.catalogue import DATA
from mikomo.custom_users import BadUsersError, CustomUsers
from mikomo.person import Person
from tests.mikomo.conftest import Program, free_port, start_program
from tests.mikomo.control import TOKEN, Control
from tests.mikomo.network import Network

EXAMPLE = Path(__file__).parents[2] / "examples" / "users.yaml"
NOW = 1_800_000_000


class StoppedClock:
    def now(self) -> int:
        return NOW


def people_of(path: Path, *taken: str) -> dict[str, Person]:
    return dict(CustomUsers(path, taken, StoppedClock()).people())


def findings(path: Path, *taken: str) -> list[str]:
    with pytest.raises(BadUsersError) as refusal:
        people_of(path, *taken)
    return [line.removeprefix(f"{path.parent}/") for line in str(refusal.value).split("\n")]


def written(directory: Path, text: str, name: str = "users.yaml") -> Path:
    path = directory / name
    path.write_text(text)
    return path


def test_the_example_file_holds_what_it_says() -> None:
    people = people_of(EXAMPLE)
    assert list(people) == ["ada", "grace.hopper", "katherine", "locked.out"]
    ada, grace = people["ada"], people["grace.hopper"]
    assert (ada.password, grace.password) == ("ada", "compile it")
    assert b'"availableBalance":1500.00' in ada.accounts[0].details
    rows = [json.loads(row.body) for row in grace.transactions("5550001", NOW)]
    assert [row["depositTransaction"]["amount"] for row in rows] == [120, -25]
    assert len(grace.statements("5550001", NOW)) == 1
    katherine = people["katherine"].at(NOW)
    balance = json.loads(katherine.accounts[0].details)["depositAccount"]["currentBalance"]
    assert isinstance(balance, float)
    assert len(katherine.transactions("5550010", NOW)) > 500
    assert people["locked.out"].failure is not None


def test_the_shortest_user_is_complete(tmp_path) -> None:
    person = people_of(written(tmp_path, "username: ada.lovelace\naccounts: [depositAccount: {}]"))[
        "ada.lovelace"
    ]
    assert person.full_name == "Ada Lovelace"
    assert person.password == "ada.lovelace"
    customer = json.loads(bytes(person.customer))
    account = json.loads(person.accounts[0].details)["depositAccount"]
    assert customer["accounts"] == [{"accountId": account["accountId"], "relationship": "PRIMARY"}]
    assert customer["customerId"].isdigit()
    assert customer["email"] == ["ada.lovelace@example.com"]
    assert account["accountNumberDisplay"] == "*****" + account["accountId"][-4:]
    assert account["accountType"] == "CHECKING"


def test_ids_stay_the_same_and_are_each_user_s_own(tmp_path) -> None:
    text = "users: [{username: a, accounts: &two [depositAccount: {}, loanAccount: {}]}"
    path = written(tmp_path, text + ", {username: b, accounts: *two}]")
    first, second = people_of(path), people_of(path)
    ids = [account.account_id for person in first.values() for account in person.accounts]
    assert len(set(ids)) == 4
    assert ids == [account.account_id for person in second.values() for account in person.accounts]


@pytest.mark.parametrize("path", sorted(DATA.glob("*.json")), ids=lambda path: path.stem)
def test_every_file_of_the_catalogue_has_the_shape_of_a_user(path: Path) -> None:
    assert list(people_of(path)) == [path.stem]


@given(whole=st.integers(-(10**9), 10**9), cents=st.integers(0, 99), json_file=st.booleans())
def test_numbers_keep_the_digits_they_are_written_with(
    tmp_path_factory, whole: int, cents: int, json_file: bool
) -> None:
    number = f"{whole}.{cents:02d}"
    if json_file:
        account = f'{{"depositAccount":\t{{"term": 1, "currentBalance": {number}}}}}'
        text = f'{{"username": "a",\n"accounts": [{account}]}}'
    else:
        text = f"username: a\naccounts:\n- depositAccount:\n    currentBalance: {number}\n"
    name = "a.json" if json_file else "a.yaml"
    path = written(tmp_path_factory.mktemp("users"), text, name)
    assert f'"currentBalance":{number}' in people_of(path)["a"].accounts[0].details.decode()


def test_a_json_file_may_hold_escapes_that_yaml_reads_otherwise(tmp_path) -> None:
    user = {"username": "a", "accounts": [{"depositAccount": {"nickname": "\U0001f600/\t\u2028"}}]}
    path = written(tmp_path, json.dumps(user).replace("/", "\\/"), "a.json")
    account = json.loads(people_of(path)["a"].accounts[0].details)["depositAccount"]
    assert account["nickname"] == "\U0001f600/\t\u2028"


def test_every_finding_of_a_file_is_told_with_its_line(tmp_path) -> None:
    path = written(
        tmp_path,
        """\
users:
  - username: a b
    pasword: x
    accounts:
      - depositAccount:
          currentBalance: "12"
          avaliableBalance: 1
          accountId: 123
          balanceAsOf: yesterday
          currency: USD
          transferIn: yes
      - depositAccount: {}
        loanAccount: {}
  - username: eve
    ledger:
      - {profile: checking, accountId: "1", endsAt: 1, salery: 4}
      - {profile: checking, accountId: "1", endsAt: [], salary: 4}
    error: {httpStatus: 200, code: 1}
    transactions: 4
""",
    )
    name = "1 to 64 letters, digits, dots, dashes or underscores"
    time = "a time such as 2026-01-31T12:00:00Z"
    status = "an HTTP status from 400 to 599"
    category = (
        "exactly one of depositAccount, investmentAccount, loanAccount, locAccount,"
        " insuranceAccount, annuityAccount"
    )
    account = "users[0].accounts[0].depositAccount"
    assert findings(path) == [
        f"users.yaml:2: users[0].username: expected {name}, got a b",
        "users.yaml:3: users[0].pasword: not known here, did you mean password?",
        f"users.yaml:6: {account}.currentBalance: expected a number, got a string",
        f"users.yaml:7: {account}.avaliableBalance: not known here, did you mean availableBalance?",
        f"users.yaml:8: {account}.accountId: expected a string, got a number (put it in quotes)",
        f"users.yaml:9: {account}.balanceAsOf: expected {time}, got yesterday",
        f"users.yaml:10: {account}.currency: expected an object, got a string",
        f"users.yaml:11: {account}.transferIn: expected true or false, got a string",
        f"users.yaml:12: users[0].accounts[1]: expected {category}, got 2 names",
        "users.yaml:16: users[1].ledger[0].salery: not known here, did you mean salary?",
        "users.yaml:17: users[1].ledger[1].endsAt: expected a number, got a list",
        "users.yaml:18: users[1].error.message: expected, but it is missing",
        f"users.yaml:18: users[1].error.httpStatus: expected {status}, got 200",
        "users.yaml:19: users[1].transactions: expected an object, got a number",
    ]


def test_json_is_told_the_same_way(tmp_path) -> None:
    path = written(
        tmp_path,
        '{"username": "a",\n\t"accounts": [\n\t\t{"depositAccount": {\n'
        '\t\t\t"currentBalance": "12"}}]}',
        "users.json",
    )
    expected = "accounts[0].depositAccount.currentBalance: expected a number, got a string"
    assert findings(path) == [f"users.json:4: {expected}"]


def test_parts_that_do_not_fit_together_are_told(tmp_path) -> None:
    path = written(
        tmp_path,
        """\
users:
  - username: ann
    accounts: [depositAccount: {accountId: "1"}, loanAccount: {accountId: "1"}]
    statements: {"9": []}
    transactions:
      "1":
        - depositTransaction: {amount: 1}
    taxStatements:
      - {firstYear: 2024, taxStatementId: t, issuer: {}, recipient: {}, forms: [tax1099Int: {}]}
  - username: eve
""",
    )
    times = "postedTimestamp or transactionTimestamp"
    assert findings(path) == [
        "users.yaml:3: users[0].accounts[1].loanAccount.accountId: expected an id of its own",
        "users.yaml:4: users[0].statements.9: expected the accountId of one of the accounts (1, 1)",
        f"users.yaml:7: users[0].transactions.1[0].depositTransaction: expected {times}",
        "users.yaml:9: users[0].taxStatements[0].forms[0].tax1099Int.taxFormId: expected a string",
        "users.yaml:10: users[1].accounts: expected at least one account",
    ]


def test_what_only_the_clock_or_the_ledger_knows_is_tried_before_it_is_served(tmp_path) -> None:
    path = written(
        tmp_path,
        """\
users:
  - username: ann
    accounts: [depositAccount: {currentBalance: "@balanc"}]
  - username: eve
    accounts: [depositAccount: {accountId: "1"}]
    ledger: [{profile: checking, accountId: "2", endsAt: 5}]
""",
    )
    ann, eve = findings(path)
    assert ann.startswith("users.yaml:2: expected a value that depends on the clock")
    assert eve.startswith("users.yaml:4: ")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("", "1: expected a user, or `users:` with a list of them; it is empty"),
        ("- a", "1: expected an object, got a list"),
        ("users: 3", "1: users: expected a list, got a number"),
        ("username: a\nusername: a", "2: username: expected once, it already stands on line 1"),
        ("? [a]\n: 3", "1: expected a name before the colon"),
        ("a: 1\n---\nb: 1", "2: but found another document"),
        ("username: *nobody", "1: found undefined alias 'nobody'"),
        ("username: !!python/name:os.system x", "1: username: expected 1 to 64 letters"),
        ("a:\n  - &x [*x]", "2: is nested deeper than 40 levels"),
        ("username: 'a\n", "2: found unexpected end of stream"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(tmp_path, text, finding) -> None:
    path = written(tmp_path, text)
    assert any(line.startswith(f"users.yaml:{finding}") for line in findings(path))


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        (b'{"username": "a",\n}', "2: expected JSON: "),
        (b'{"username":\n "\xff"}', "1: expected UTF-8"),
        (b"[" * 100_000, "1: is nested too deeply"),
        (b"username: a", "1: expected JSON: "),
    ],
)
def test_a_json_file_that_cannot_be_read_says_where(tmp_path, content, finding) -> None:
    path = tmp_path / "users.json"
    path.write_bytes(content)
    assert findings(path)[0].startswith(f"users.json:{finding}")


def test_a_user_name_is_given_once_in_the_whole_folder_and_never_a_catalogue_one(tmp_path) -> None:
    written(tmp_path, "username: ann\naccounts: [depositAccount: {}]", "1.yaml")
    written(tmp_path, '{"username": "ann", "accounts": [{"depositAccount": {}}]}', "2.json")
    written(tmp_path, "username: mikomo_1\naccounts: [depositAccount: {}]", "3.yml")
    written(tmp_path, "not read", "readme.txt")
    with pytest.raises(BadUsersError) as refusal:
        people_of(tmp_path, "mikomo_1")
    assert str(refusal.value).split("\n") == [
        f"{tmp_path}/2.json:1: expected a user name of its own, ann is taken",
        f"{tmp_path}/3.yml:1: expected a user name of its own, mikomo_1 is taken",
    ]


def test_an_empty_folder_is_told_what_was_expected(tmp_path) -> None:
    (tmp_path / "none").mkdir()
    assert findings(tmp_path / "none") == [
        "none:1: expected at least one .yaml, .yml or .json file in this folder"
    ]


@pytest.fixture
def own_bank(tmp_path, network: Network) -> Iterator[Program]:
    """A bank with the example's users in a file of the test's own."""
    (tmp_path / "users").mkdir()
    (tmp_path / "users" / "mine.yaml").write_bytes(EXAMPLE.read_bytes())
    options = ("--control-token", TOKEN, "--users", str(tmp_path / "users"))
    program = start_program(tmp_path / "data", free_port(), *options)
    network.url = program.url
    yield program
    program.stop()


def test_custom_users_bank_like_any_other(own_bank, network) -> None:
    token = network.link("katherine")["access_token"]
    answer = network.get("/accounts?resultType=details", token)
    balances = [entry["depositAccount"]["currentBalance"] for entry in answer.json()["accounts"]]
    assert all(isinstance(balance, float) for balance in balances)
    assert (
        network.get("/accounts/5550010/transactions", token).json()["page"]["totalElements"] > 500
    )
    copy = network.link("katherine+one")["access_token"]
    assert network.get("/accounts", copy).status_code == 200
    refused = network.get("/accounts", network.link("locked.out")["access_token"])
    assert (refused.status_code, refused.json()["code"]) == (401, 602)
    listed = {user["username"]: user for user in Control(own_bank.url).get("/users")["users"]}
    assert listed["ada"]["origin"] == "custom"
    assert listed["grace.hopper"]["goodFor"] == ["categorisation"]


def test_a_reset_reads_the_files_again_and_a_bad_one_changes_nothing(
    own_bank, network, tmp_path
) -> None:
    control = Control(own_bank.url)
    token = network.link("ada")["access_token"]
    path = tmp_path / "users" / "mine.yaml"
    path.write_text("username: newcomer\naccounts: 3\n")
    refused = control.call("POST", "/reset")
    assert (refused.status_code, refused.json()["error"]) == (422, "invalid_users")
    assert refused.json()["message"] == f"{path}:2: accounts: expected a list, got a number"
    assert network.get("/accounts", token).status_code == 200
    path.write_text("username: newcomer\naccounts: [depositAccount: {}]\n")
    control.reset()
    assert network.get("/accounts", token).status_code == 401
    assert network.link("newcomer")["access_token"]
    assert "ada" not in {user["username"] for user in control.get("/users")["users"]}


def test_a_bank_with_bad_users_does_not_start_and_says_why(tmp_path) -> None:
    path = written(tmp_path, "username: a\nacounts: []")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mikomo", "--port", "0"),
            *("--data-dir", str(tmp_path / "data"), "--users", str(path)),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert f"{path}:2: acounts: not known here, did you mean accounts?" in done.stderr
    assert "Traceback" not in done.stderr
