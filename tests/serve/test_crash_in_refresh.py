"""The network is killed between the bank's new tokens and their storing."""

import asyncio
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import requests

from easement.main.providers import open_administration
from easement.main.settings import Settings
from tests.support.command import Served
from tests.support.databases import rows
from tests.support.evil_bank import Deed, EvilBank, Wire, say
from tests.support.process import eventually

LEASES = "UPDATE connections SET lease_until = '2020-01-01 00:00:00'"
EXPIRY = "UPDATE access_tokens SET expires_at = 0"


class Crash:
    """A network whose bank is asked for tokens through an evil one."""

    def __init__(self, served: Served, evil: EvilBank, database: str | None) -> None:
        self.served, self.evil = served, evil
        self.settings = Settings(data_dir=served.data_dir, database=database)
        self._arguments = [] if database is None else ["--database-url", database]
        self.lost_answer = b""
        self.start()

    def start(self) -> None:
        """Start the network, and let it refresh through the evil bank."""
        self.served.start(*self._arguments)
        asyncio.run(self._relocate())
        eventually("the network to follow", self._is_relocated)

    def balances(self, token: str) -> requests.Response:
        return requests.get(
            f"{self.served.url}/balances/v2/mikomo",
            headers={"authorization": f"Bearer {token}"},
            timeout=30,
        )

    def expire_access_tokens(self) -> None:
        path = self.served.data_dir / "mikomo" / "mikomo.db"
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(EXPIRY)

    def outlive_the_lease(self) -> None:
        """What the dead process held runs out, as it would in twenty seconds."""
        if self.settings.database is None:
            path = self.served.data_dir / "easement.db"
            with closing(sqlite3.connect(path)) as database, database:
                database.execute(LEASES)
        else:
            asyncio.run(_execute(self.settings.database, LEASES))

    def rows(self, query: str) -> list[dict[str, Any]]:
        return rows(self.settings.database_url, query)

    def kill_in_the_middle_of_a_refresh(self, token: str) -> None:
        """Kill the network when the bank has rotated, and has not answered yet."""
        rotated = threading.Event()
        self.expire_access_tokens()
        self.evil.spoil(self._rotate_and_hang(rotated), "tokens")
        caller = threading.Thread(target=self._call_in_vain, args=[token])
        caller.start()
        assert rotated.wait(30), "the bank was not asked to refresh"
        self.served.stop(signal.SIGKILL)
        caller.join(30)
        self.evil.heal()

    def _rotate_and_hang(self, rotated: threading.Event) -> Deed:
        async def do(wire: Wire) -> None:
            self.lost_answer = await wire.ask()
            rotated.set()
            await wire.reader.read()

        return do

    def _call_in_vain(self, token: str) -> None:
        with pytest.raises(requests.ConnectionError):
            self.balances(token)

    async def _relocate(self) -> None:
        async with open_administration(self.settings) as administration:
            provider = await administration.one("mikomo")
            endpoint = f"{self.evil.url}/oauth/token"
            moved = replace(provider, settings={**provider.settings, "token_endpoint": endpoint})
            async with administration.db.transaction() as tx:
                await administration.directory.register(tx, moved)

    def _is_relocated(self) -> bool:
        before = self.evil.count("/oauth/token")
        self.served.token()
        return self.evil.count("/oauth/token") > before


@pytest.fixture
def crash(
    served: Served, new_database: Callable[[], str | None], tmp_path: Path
) -> Iterator[Crash]:
    evil = EvilBank(served.bank_port)
    evil.start(tmp_path)
    yield Crash(served, evil, new_database())
    evil.stop()


def test_a_refresh_whose_answer_died_with_the_network_ends_the_grant_once_and_says_why(
    crash: Crash,
) -> None:
    token = crash.served.token()
    assert crash.balances(token).status_code == 200

    crash.kill_in_the_middle_of_a_refresh(token)
    unfinished = crash.rows("SELECT id FROM connections WHERE refresh_started_at IS NOT NULL")
    assert len(unfinished) == 1
    crash.outlive_the_lease()
    crash.start()

    asked = crash.evil.count("/oauth/token")
    for _ in range(3):
        answer = crash.balances(token)
        assert (answer.status_code, answer.json()["code"]) == (404, 601)
    assert crash.evil.count("/oauth/token") == asked + 1, "it is tried once, and no more"
    ended = "SELECT status, ended_by, end_reason FROM grants WHERE ended_at IS NOT NULL"
    assert crash.rows(ended) == [
        {"status": "REVOKED", "ended_by": "DATA_PROVIDER", "end_reason": "refresh_answer_lost"}
    ]
    assert "its consumer has to link again" in crash.served.printed
    assert crash.balances(crash.served.token()).status_code == 200


def test_a_bank_that_answers_an_old_refresh_token_again_heals_the_crash(crash: Crash) -> None:
    token = crash.served.token()
    assert crash.balances(token).status_code == 200
    crash.kill_in_the_middle_of_a_refresh(token)
    crash.outlive_the_lease()
    crash.start()

    crash.evil.spoil(say(crash.lost_answer), "tokens")

    for _ in range(3):
        assert crash.balances(token).status_code == 200
    assert crash.rows("SELECT id FROM grants WHERE ended_at IS NOT NULL") == []
    assert crash.rows("SELECT id FROM connections WHERE refresh_started_at IS NOT NULL") == []


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
