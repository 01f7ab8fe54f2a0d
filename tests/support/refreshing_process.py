"""One process of a network, as far as it refreshes bank tokens: many callers of one connection.

Run as a program with the database's URL, the bank's URL, the connection's id, and how many callers;
prints the access tokens that they got, each once.
"""

import asyncio
import sys
from datetime import timedelta

from easement.connectors.errors import AccessTokenRejectedError, GrantRefusedError
from easement.connectors.model import BankTokens
from easement.keys.service import open_key_ring
from easement.platform.changes import ChangeFeed
from easement.platform.clock import MovableClock
from easement.platform.db import open_database
from easement.platform.http import HttpClient, open_http_client
from easement.providers.connections import Connections
from easement.providers.directory import Directory
from tests.domain.conftest import MASTER


class BankOverHttp:
    """A connector that can refresh, at a bank that answers 400 to a used refresh token."""

    def __init__(self, http: HttpClient, url: str) -> None:
        self._http = http
        self._url = url

    async def refresh(self, refresh_token: str) -> BankTokens:
        answer = await self._http.send("POST", f"{self._url}/{refresh_token}")
        if answer.status != 200:
            raise GrantRefusedError
        number = answer.body.decode()
        return BankTokens(f"access-{number}", f"refresh-{number}", timedelta(minutes=15))


async def main(database: str, bank: str, connection_id: str, callers: int) -> None:
    db = await open_database(database)
    clock = MovableClock()
    feed = ChangeFeed(db)
    keys = await open_key_ring(db, MASTER, clock)
    async with open_http_client() as http:
        connector = BankOverHttp(http, bank)
        directory = Directory(db, feed, keys, clock, lambda _: connector)  # type: ignore[arg-type,return-value]
        connections = Connections(db, directory, keys, clock)

        async def do(token: str) -> str:
            await asyncio.sleep(0)
            if token == "access-0":
                raise AccessTokenRejectedError
            return token

        print("ready", flush=True)
        sys.stdin.readline()  # all processes begin at once
        calls = [connections.call("bank", connection_id, do) for _ in range(callers)]
        print(*sorted(set(await asyncio.gather(*calls))), flush=True)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
