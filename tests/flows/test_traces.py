"""What is left behind: events in the outbox, call records, and no consumer data anywhere."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.app import RecipientApp, Tokens, accounts_in
from tests.support.bank import Bank
from tests.support.consumer import Consumer, query_of
from tests.support.network import RunningNetwork
from tests.support.process import eventually

USERS = ["mikomo_7", "mikomo_10", "mikomo_1"]
_TRIVIAL = 5
"""Shorter values say nothing by themselves and occur by chance."""


def events(network: RunningNetwork, grant_id: str) -> list[tuple[str, dict[str, Any]]]:
    query = f"SELECT type, data FROM outbox WHERE subject = '{grant_id}' ORDER BY position"
    return [(row["type"], json.loads(row["data"])) for row in network.rows(query)]


def test_grant_is_told_once_when_it_is_made(app: RecipientApp, consumer: Consumer) -> None:
    page = consumer.consent(app.auth_url(), "mikomo_5")
    first, second = consumer.approve(page), consumer.approve(page)
    assert first == second

    tokens = app.exchange(query_of(first)["code"]).json()

    assert events(app.network, tokens["grant_id"]) == [
        ("CONSENT_GRANTED", {"initiator": "INDIVIDUAL"})
    ]


def test_revocation_is_told_once_however_often_it_is_asked(app: RecipientApp) -> None:
    tokens = app.mint("mikomo_5")
    app.revoke(tokens["refresh_token"])
    app.revoke(tokens["refresh_token"])

    assert events(app.network, tokens["grant_id"]) == [
        ("CONSENT_GRANTED", {"initiator": "INDIVIDUAL"}),
        ("CONSENT_REVOKED", {"initiator": "DATA_RECIPIENT"}),
    ]


def test_no_grant_is_ever_without_its_event(app: RecipientApp) -> None:
    app.mint("mikomo_5")
    silent = app.network.rows(
        "SELECT g.id FROM grants g LEFT JOIN outbox o"
        " ON o.subject = g.id AND o.type = 'CONSENT_GRANTED' WHERE o.id IS NULL"
    )
    mute = app.network.rows(
        "SELECT g.id FROM grants g LEFT JOIN outbox o"
        " ON o.subject = g.id AND o.type = 'CONSENT_REVOKED'"
        " WHERE g.status = 'REVOKED' AND o.id IS NULL"
    )
    assert (silent, mute) == ([], [])


def test_cancelled_flow_leaves_neither_grant_nor_event(
    app: RecipientApp, consumer: Consumer
) -> None:
    count = "SELECT (SELECT count(*) FROM grants) + (SELECT count(*) FROM outbox) AS n"
    before = app.network.rows(count)
    page = consumer.consent(app.auth_url(), "mikomo_5")

    consumer.press(page, "Cancel")

    assert app.network.rows(count) == before


def test_every_call_leaves_a_record_with_its_result_and_interaction_id(
    app: RecipientApp,
) -> None:
    tokens = app.mint("mikomo_701")
    answer = app.get("balances", tokens["id_token"], "v3")
    interaction_id = answer.headers["x-akoya-interaction-id"]

    query = f"SELECT * FROM calls WHERE interaction_id = '{interaction_id}'"
    record = eventually("the record of the call", lambda: app.network.rows(query))[0]

    assert record["grant_id"] == tokens["grant_id"]
    assert record["app_id"] == app.credentials.client_id
    assert (record["status"], record["code"]) == (404, 701)
    assert (record["product"], record["version"]) == ("balances", "v3")


class Log(logging.Handler):
    """Keeps every line of every logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[Log]:
    handler = Log()
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error")]
    for each in loggers:
        each.addHandler(handler)
    yield handler
    for each in loggers:
        each.removeHandler(handler)


def busy_day(app: RecipientApp, consumer: Consumer) -> tuple[list[Tokens], set[str]]:
    """Links, reads, refreshes, revokes and fails; gives all tokens and all values of data."""
    tokens: list[Tokens] = []
    values: set[str] = set()
    for user in USERS:
        linked = app.link(consumer, user, scope="openid offline_access profile email")
        renewed = app.refresh(linked["refresh_token"]).json()
        tokens += [linked, renewed]
        ids: set[str] = set()
        for endpoint in ("accounts-info", "balances", "accounts"):
            accounts = accounts_in(app.get(endpoint, renewed["id_token"]))
            ids |= set(accounts)
            values |= leaves(list(accounts.values()))
        values -= ids  # of an account its id alone is kept: it is what was consented to
    app.revoke(tokens[-1]["refresh_token"])
    app.get("balances", tokens[-1]["id_token"])
    failing = app.mint("mikomo_500")
    app.get("balances", failing["id_token"])
    return [*tokens, failing], values


def leaves(value: Any) -> set[str]:
    """All texts and amounts inside a document that are long enough to be told apart."""
    if isinstance(value, dict):
        return set().union(*(leaves(each) for each in value.values()))
    if isinstance(value, list):
        return set().union(*(leaves(each) for each in value))
    if isinstance(value, str | float):
        text = str(value)
        return {text} if len(text) > _TRIVIAL and any(map(str.isdigit, text)) else set()
    return set()


def files(directory: Path) -> bytes:
    """All that the network wrote, but for the bank's own directory and the secrets in clear."""
    written = [path for path in directory.rglob("*") if path.is_file()]
    return b"\n".join(path.read_bytes() for path in written)


def test_no_consumer_data_and_no_token_is_on_the_disk_or_in_the_log(
    bank: Bank,
    engine: str,
    new_network: Callable[..., RunningNetwork],
    new_consumer: Callable[[RunningNetwork], Consumer],
    log: Log,
) -> None:
    network = new_network(bank)
    app, consumer = RecipientApp(network, network.secrets.sandbox), new_consumer(network)
    tokens, values = busy_day(app, consumer)
    eventually("the records", lambda: network.rows("SELECT id FROM grants") or None)
    network.stop()

    tables = network.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if engine == "sqlite"
        else "SELECT table_name AS name FROM information_schema.tables"
        " WHERE table_schema = 'public'"
    )
    kept = [network.rows(f"SELECT * FROM {table['name']}") for table in tables]
    everything = files(network.settings.data_dir).decode("latin-1") + repr(kept)
    secrets = {
        each[name]
        for each in tokens
        for name in ("id_token", "access_token", "refresh_token")
        if name in each
    }
    people = {"mikomo_7", "mikomo_10", "mikomo_1@", "Firstname", "Familyname", "@example"}

    assert len(values) > 40
    assert len(secrets) > 15
    for place, text in (("stored", everything), ("logged", "\n".join(log.lines))):
        assert [each for each in values | secrets | people if each in text] == [], place
