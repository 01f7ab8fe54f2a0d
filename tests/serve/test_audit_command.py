"""`easement audit list`: what the network decided, from outside it."""

import json
from pathlib import Path

import requests

from tests.support.command import Served, easement
from tests.support.process import eventually

FORM = {"grant_type": "refresh_token", "refresh_token": "r", "client_secret": "wrong"}


def listed(served: Served, *arguments: str) -> list[str]:
    ended = easement("audit", "--data-dir", str(served.data_dir), "list", *arguments)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_decisions_are_listed_while_the_network_runs(served: Served) -> None:
    served.start()
    known = json.loads((served.data_dir / "sandbox.json").read_text())
    app_id = str(known["sandbox"]["client_id"])
    for client_id in (app_id, "typed-by-a-stranger"):
        requests.post(f"{served.url}/token", data={**FORM, "client_id": client_id}, timeout=30)
    eventually("both refusals in the log", lambda: len(listed(served)) >= 2)

    lines = [json.loads(line) for line in listed(served, "--json")]
    refused = [line for line in lines if line["kind"] == "client_refused"]
    assert [(line["app_id"], line["reason"]) for line in refused] == [
        (app_id, "secret_refused"),
        (None, "unknown_client"),
    ]
    assert "stranger" not in "".join(listed(served))
    assert all("client_refused  secret_refused" in each for each in listed(served, "--app", app_id))
    assert listed(served, "--since", "2999-01-01T00:00:00Z") == []
    assert listed(served, "--grant", "nobodys") == []
    assert len(listed(served, "--limit", "1")) == 1


def test_without_a_network_it_says_what_is_missing(tmp_path: Path) -> None:
    ended = easement("audit", "--data-dir", str(tmp_path / "nothing"), "list")

    assert ended.returncode == 1
    assert "no network has run" in ended.stderr
    assert "Traceback" not in ended.stderr
