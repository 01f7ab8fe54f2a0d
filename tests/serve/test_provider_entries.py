"""`easement providers connect`, `check` and `key`: an operator puts a bank into the directory."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.support.command import Served, easement
from tests.support.process import eventually

ENTRY = """\
id: {id}
display_name: My bank
protocol: fdx_v5
settings:
  issuer: {url}
  api_url: {url}/fdx/v5
  client_id: easement
  scope: openid offline_access accounts
"""
BY_KEY = "  token_endpoint_auth_method: private_key_jwt\n"


@pytest.fixture
def run(served: Served) -> Callable[..., tuple[int, str]]:
    """Run a command on the network's data; its exit status and what it said."""
    served.start()

    def command(*arguments: str | Path) -> tuple[int, str]:
        ran = easement("providers", *map(str, arguments), EASEMENT_DATA_DIR=str(served.data_dir))
        assert "Traceback" not in ran.stderr
        return ran.returncode, ran.stdout + ran.stderr

    return command


def test_a_bank_is_connected_and_checked_with_its_issuer_and_a_secret(
    served: Served, run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    entry, secret = tmp_path / "bank.yaml", tmp_path / "secret"
    entry.write_text(ENTRY.format(id="my-bank", url=served.bank_url))

    status, said = run("connect", entry)
    assert (status, "client secret is missing" in said) == (1, True)

    [registered] = json.loads((served.data_dir / "mikomo" / "clients.json").read_text())
    secret.write_text(registered["client_secret"] + "\n")
    status, said = run("connect", entry, "--client-secret-file", secret)
    assert status == 0, said
    assert "/callback/my-bank" in said
    assert "jwks.json" not in said
    assert run("list") == (0, "mikomo  Mikomo\nmy-bank  My bank\n")
    assert run("check", "my-bank") == (
        0,
        "fine   metadata\nfine   signing keys\nfine   token endpoint\n",
    )

    # Without the option, the secret stays as it is.
    entry.write_text(entry.read_text().replace("My bank", "Mine"))
    assert run("connect", entry)[0] == 0
    assert run("check", "my-bank")[0] == 0
    secret.write_text("another")
    assert run("connect", entry, "--client-secret-file", secret)[0] == 0
    status, said = run("check", "my-bank")
    assert status == 1
    assert "wrong  token endpoint: it refuses the network's credentials" in said


def test_the_key_for_a_bank_is_made_published_and_renewed(
    served: Served, run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    entry = tmp_path / "bank.yaml"
    entry.write_text(ENTRY.format(id="my-bank", url=served.bank_url) + BY_KEY)
    status, said = run("connect", entry)
    assert status == 0
    assert "/providers/my-bank/jwks.json" in said
    url = f"{served.url}/providers/my-bank/jwks.json"
    published = requests.get(url, timeout=30).json()
    assert json.loads(run("key", "my-bank")[1]) == published

    run("connect", entry)
    assert json.loads(run("key", "my-bank")[1]) == published, "connecting again keeps it"

    renewed = json.loads(run("key", "my-bank", "--new")[1])
    assert renewed["keys"][1:] == published["keys"]
    assert renewed["keys"][0]["kid"] != published["keys"][0]["kid"]
    eventually(
        "the new key to be published", lambda: requests.get(url, timeout=30).json() == renewed
    )
    assert "does not prove itself" in run("key", "mikomo", "--new")[1]


def test_what_is_wrong_with_an_entry_is_told_with_its_line(
    served: Served, run: Callable[..., tuple[int, str]], tmp_path: Path
) -> None:
    entry = tmp_path / "bank.yaml"
    good = ENTRY.format(id="my-bank", url="https://bank.example")
    for content, line, words in (
        (good.replace("my-bank", "My Bank"), 1, "lower-case"),
        (good.replace("display_name: My bank", "display_name: ''"), 2, "1 to 200"),
        (good.replace("fdx_v5", "smtp"), 4, "unknown protocol"),
        (good.replace("client_id", "klient_id"), 4, "klient_id"),
        (good.replace("https:", "http:"), 4, "must be an https URL"),
        (good.replace("easement", "7"), 7, "in quotes"),
        (good + "extra: 1\n", 9, "unknown key 'extra'"),
    ):
        entry.write_text(content)
        status, said = run("connect", entry)
        assert status == 1
        assert f"{entry}, line {line}: " in said, said
        assert words in said
    entry.write_text(ENTRY.format(id="my-bank", url="http://127.0.0.1:9") + BY_KEY)
    assert run("connect", entry)[0] == 0
    status, said = run("check", "my-bank")
    assert (status, said) == (1, "wrong  metadata: no connection could be made\n")
