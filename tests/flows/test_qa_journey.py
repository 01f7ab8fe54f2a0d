"""The whole way of a consumer and an app, in the order in which it is gone."""

import requests

from tests.support.app import V3_HEADERS, RecipientApp, accounts_in
from tests.support.consumer import Consumer
from tests.support.endpoints import WEALTHY, paths


def statuses(app: RecipientApp, token: str) -> set[int]:
    """What an app hears on all products of v3."""
    headers = {"authorization": f"Bearer {token}", **V3_HEADERS}
    return {
        requests.get(app.network.url + path, headers=headers, timeout=60).status_code
        for path in paths("v3").values()
    }


def test_from_consent_through_every_product_and_many_refreshes_to_the_end_and_back(
    app: RecipientApp, consumer: Consumer
) -> None:
    shared = ["720100314404", "720500325515"]
    first = app.link(consumer, WEALTHY, shared)
    assert set(accounts_in(app.get("accounts-info", first["id_token"], "v3"))) == set(shared)
    assert statuses(app, first["id_token"]) == {200}

    tokens = first
    for _ in range(5):
        tokens = app.refresh(tokens["refresh_token"]).json()
        assert tokens["grant_id"] == first["grant_id"]
        assert statuses(app, tokens["id_token"]) == {200}

    assert app.revoke(tokens["refresh_token"]).status_code == 200
    assert statuses(app, tokens["id_token"]) == {401}
    assert statuses(app, first["id_token"]) == {401}
    assert app.refresh(tokens["refresh_token"]).status_code == 400

    again = app.link(consumer, WEALTHY)
    assert again["grant_id"] != first["grant_id"]
    assert statuses(app, again["id_token"]) == {200}
    assert set(shared) < set(accounts_in(app.get("accounts-info", again["id_token"], "v3")))


def test_changing_the_accounts_means_going_the_way_again(
    app: RecipientApp, consumer: Consumer
) -> None:
    one, other = "720100314404", "720500325515"
    narrow = app.link(consumer, WEALTHY, [one])
    wide = app.link(consumer, WEALTHY, [one, other])

    assert set(accounts_in(app.get("balances", narrow["id_token"]))) == {one}
    assert set(accounts_in(app.get("balances", wide["id_token"]))) == {one, other}
