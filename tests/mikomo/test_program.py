"""The bank as a program: starting, stopping, and what outlasts a restart."""

import json
import os
import signal
import stat
import subprocess
import sys

import pytest
import requests


@pytest.fixture
def running(restartable):
    """The bank on a fresh directory; stopped at the end."""
    program = restartable()
    yield program
    program.stop()


def run_until_exit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mikomo", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_tokens_and_keys_outlast_a_restart(restartable, network) -> None:
    first = restartable()
    network.url = first.url
    tokens = network.link("mikomo_1")
    keys = requests.get(first.url + "/oauth/jwks", timeout=10).json()
    assert first.stop() == 0
    second = restartable()
    assert requests.get(second.url + "/oauth/jwks", timeout=10).json() == keys
    assert network.get("/accounts", tokens["access_token"]).status_code == 200
    assert network.refresh(tokens["refresh_token"]).status_code == 200
    second.stop()


def test_it_stops_cleanly_on_sigterm(running) -> None:
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(10) == 0


def test_it_stops_when_its_starter_is_gone(running) -> None:
    assert running.stop() == 0


def test_state_and_key_are_for_the_owner_only_and_tokens_are_stored_hashed(
    running, network
) -> None:
    network.url = running.url
    tokens = network.link("mikomo_1")
    running.stop()
    database = running.data_dir / "mikomo.db"
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    content = database.read_bytes()
    assert b"mikomo_1" in content
    for name in ("access_token", "refresh_token"):
        assert tokens[name].encode() not in content


def test_no_account_data_is_written(running, network) -> None:
    network.url = running.url
    token = network.link("mikomo_1")["access_token"]
    assert b"1704739164" in network.get("/accounts?resultType=details", token).content
    running.stop()
    assert b"1704739164" not in (running.data_dir / "mikomo.db").read_bytes()


def test_a_changed_list_of_clients_counts_at_once(running, network, browser) -> None:
    network.url = browser.url = running.url
    path = running.data_dir / "clients.json"
    clients = json.loads(path.read_text())
    clients[0]["name"] = "Renamed Network"
    path.write_text(json.dumps(clients))
    assert "Renamed Network" in network.start(browser).text
    path.write_text("[{broken")
    assert network.start(browser).status_code == 200
    path.unlink()
    assert network.start(browser).status_code == 400


def test_a_taken_port_is_named(program) -> None:
    port = program.url.rpartition(":")[2]
    done = run_until_exit("--port", port, "--data-dir", str(program.data_dir))
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "choose another" in done.stderr


@pytest.mark.parametrize("url", ["ftp://bank.example", "bank.example", "http://", "http://a?b=c"])
def test_a_public_url_that_is_none_is_refused(tmp_path, url) -> None:
    done = run_until_exit("--port", "0", "--data-dir", str(tmp_path), "--public-url", url)
    assert done.returncode == 2
    assert "expected http:// or https://" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="paths differ")
def test_a_directory_that_cannot_be_made_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    done = run_until_exit("--port", "0", "--data-dir", str(tmp_path / "file" / "below"))
    assert done.returncode != 0
    assert "file" in done.stderr
    assert "Traceback" not in done.stderr
