"""`easement serve`: first start, second start, signals, and what lies on the disk."""

import json
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from tests.support.command import Served, easement, environment
from tests.support.databases import PostgresServer
from tests.support.process import answers, eventually


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_first_start_prints_urls_credentials_and_redirect_uris(served: Served) -> None:
    printed = served.start()

    assert f"{served.url}\n" in printed
    assert f"{served.url}/demo\n" in printed
    assert served.bank_url in printed
    assert f"{served.data_dir}   (new)" in printed
    assert "redirect_uri   http://localhost:3000/callback\n" in printed
    for url in (f"{served.url}/", f"{served.url}/demo/", f"{served.bank_url}/"):
        assert answers(url)
    assert served.stop() == 0


def test_printed_curl_lines_work_when_pasted(served: Served) -> None:
    assert shutil.which("curl"), "curl is needed to try the printed lines"
    printed = served.start()
    lines = [line.strip() for line in printed.splitlines() if "curl -s" in line]
    assert len(lines) == 3

    script = "\n".join(lines)
    pasted = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=True,
    )

    info, balances = (json.loads(line) for line in pasted.stdout.splitlines())
    assert len(info["accounts"]) == len(balances["accounts"]) == 6
    assert "currentBalance" in json.dumps(balances)
    assert "currentBalance" not in json.dumps(info)


def test_second_start_keeps_credentials_tokens_and_keys(served: Served) -> None:
    served.start()
    token, credentials = served.token(), served.credentials
    keys = requests.get(f"{served.url}/keys", timeout=30).json()
    assert served.stop() == 0

    printed = served.start()

    assert "(new)" not in printed
    assert served.credentials == credentials
    assert served.balances(token) == 200
    assert requests.get(f"{served.url}/keys", timeout=30).json() == keys


def test_environment_fixes_the_sandbox_apps_credentials(served: Served) -> None:
    served.start(
        environ={
            "EASEMENT_SANDBOX_CLIENT_ID": "ci-app",
            "EASEMENT_SANDBOX_CLIENT_SECRET": "ci-secret-0123456789-0123456789",
            "EASEMENT_SANDBOX_REDIRECT_URIS": "https://ci.example/cb, http://localhost:9/cb",
        }
    )

    assert served.credentials == ("ci-app", "ci-secret-0123456789-0123456789")
    assert served.balances(served.token()) == 200
    for uri, status in (("https://ci.example/cb", 302), ("http://localhost:3000/callback", 400)):
        parameters = {"connector": "mikomo", "client_id": "ci-app", "redirect_uri": uri,
                      "response_type": "code", "scope": "openid"}  # fmt: skip
        answer = requests.get(
            f"{served.url}/auth", params=parameters, allow_redirects=False, timeout=30
        )
        assert answer.status_code == status


def test_options_may_be_environment_variables(served: Served, tmp_path: Path) -> None:
    printed = served.start(
        environ={
            "EASEMENT_PUBLIC_URL": "https://data.example.test/",
            "EASEMENT_BANK_PUBLIC_URL": "https://bank.example.test",
        }
    )

    assert "https://data.example.test/demo\n" in printed
    assert "https://bank.example.test" in printed
    document = requests.get(f"{served.url}/.well-known/openid-configuration", timeout=30).json()
    assert document["issuer"] == "https://data.example.test"
    assert served.balances(served.token()) == 200


def test_files_are_for_their_owner_only(served: Served) -> None:
    # What an operator's umask lets through must not matter.
    mask = os.umask(0)
    try:
        served.start()
    finally:
        os.umask(mask)
    served.token()

    paths = [served.data_dir, *served.data_dir.rglob("*")]
    assert {path.name for path in paths} >= {"easement.db", "master.key", "sandbox.json", "mikomo"}
    open_to_others = [str(path) for path in paths if path.stat().st_mode & 0o077]
    assert open_to_others == []


@pytest.mark.parametrize("option", ["--port", "--bank-port"])
def test_taken_port_is_told_in_words_and_nothing_is_left_running(
    served: Served, option: str
) -> None:
    taken, free = (
        (served.port, served.bank_port) if option == "--port" else (served.bank_port, served.port)
    )
    with socket.create_server(("127.0.0.1", taken)):
        ended = easement("serve", *served.options)

    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{taken}" in ended.stderr
    assert f"{option}\n" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not listens(free)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_both_processes_quietly(served: Served, number: signal.Signals) -> None:
    served.start()

    assert served.stop(number) == 0

    assert not listens(served.port)
    assert not listens(served.bank_port)
    assert "Traceback" not in served.printed


def test_kill_of_the_network_ends_the_bank_and_the_next_start_keeps_everything(
    served: Served,
) -> None:
    served.start()
    token, credentials = served.token(), served.credentials
    served.stop(signal.SIGKILL)
    eventually("the bank to end", lambda: not listens(served.bank_port))

    served.start()

    assert served.credentials == credentials
    assert served.balances(token) == 200


def test_end_of_the_bank_ends_the_network_with_words(served: Served) -> None:
    served.start()
    children = f"/proc/{served.pid}/task/{served.pid}/children"
    bank = Path(children).read_text().split()
    assert len(bank) == 1

    os.kill(int(bank[0]), signal.SIGKILL)

    assert served.wait() == 1
    assert "the sandbox bank stopped" in served.printed
    assert "Traceback" not in served.printed


def test_network_serves_on_postgresql(served: Served, postgres: PostgresServer) -> None:
    url = postgres.fresh()
    served.start(environ={"EASEMENT_DATABASE_URL": url})
    token = served.token()
    assert served.balances(token) == 200
    assert not (served.data_dir / "easement.db").exists()
    assert served.stop() == 0

    served.start("--database-url", url)

    assert served.balances(token) == 200


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "0"],
        ["--port", "x"],
        ["--public-url", "data.example.test"],
        ["--public-url", "ftp://data.example.test"],
        ["--public-url", "https://data.example.test/path"],
        ["--unknown"],
    ],
    ids=" ".join,
)
def test_bad_option_is_told_in_words(served: Served, arguments: list[str]) -> None:
    ended = easement("serve", *served.options, *arguments)

    assert ended.returncode == 2
    assert arguments[0] in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://127.0.0.1:9/none", "nonsense"])
def test_database_that_cannot_be_used_is_told_in_words(served: Served, url: str) -> None:
    ended = easement("serve", *served.options, "--database-url", url)

    assert ended.returncode == 1
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("name", "content"), [("sandbox.json", "{"), ("sandbox.json", "[]"), ("master.key", "short")]
)
def test_damaged_file_is_told_in_words_and_not_overwritten(
    served: Served, name: str, content: str
) -> None:
    served.start()
    assert served.stop() == 0
    (served.data_dir / name).write_text(content)

    ended = easement("serve", *served.options)

    assert ended.returncode == 1
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (served.data_dir / name).read_text() == content


def test_lost_master_key_is_told_and_no_new_one_is_made(served: Served) -> None:
    served.start()
    assert served.stop() == 0
    (served.data_dir / "master.key").unlink()

    ended = easement("serve", *served.options)

    assert ended.returncode == 1
    assert "master.key" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (served.data_dir / "master.key").exists()


def test_second_network_on_the_same_directory_is_refused_and_changes_nothing(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    before = (served.data_dir / "mikomo" / "clients.json").read_text()

    second = easement(
        "serve", "--data-dir", str(served.data_dir), "--port", "1", "--bank-port", "2"
    )

    assert second.returncode == 1
    assert "another network is running" in second.stderr
    assert (served.data_dir / "mikomo" / "clients.json").read_text() == before
    assert served.token()
