"""`/revoke` and `/token/revoke`: bodies and statuses, and that data stops at once."""

import pytest
import requests

from tests.support.app import RecipientApp
from tests.support.process import eventually

BOTH = pytest.mark.parametrize("path", ["/revoke", "/token/revoke"])


@BOTH
def test_revocation_stops_data_refresh_and_userinfo_at_once(app: RecipientApp, path: str) -> None:
    tokens = app.mint()
    assert app.get("balances", tokens["id_token"]).status_code == 200

    answer = app.revoke(tokens["refresh_token"], path)

    assert (answer.status_code, answer.content) == (200, b"")
    data = app.get("balances", tokens["id_token"])
    assert data.status_code == 401
    assert data.json() == {"code": 602, "message": "Customer not authorized"}
    refreshed = app.refresh(tokens["refresh_token"])
    assert refreshed.status_code == 400
    assert refreshed.json()["error"] == "invalid_request"
    userinfo = requests.get(
        f"{app.network.url}/userinfo",
        headers={"authorization": f"Bearer {tokens['access_token']}"},
        timeout=30,
    )
    assert userinfo.status_code == 401


@BOTH
def test_revocation_ends_only_that_grant(app: RecipientApp, path: str) -> None:
    ended, other = app.mint(), app.mint()

    app.revoke(ended["refresh_token"], path)

    assert app.get("balances", other["id_token"]).status_code == 200
    assert app.refresh(other["refresh_token"]).status_code == 200


@BOTH
def test_used_refresh_token_revokes_too(app: RecipientApp, path: str) -> None:
    first = app.mint()
    second = app.refresh(first["refresh_token"]).json()

    assert app.revoke(first["refresh_token"], path).status_code == 200

    assert app.get("balances", second["id_token"]).status_code == 401


@BOTH
@pytest.mark.parametrize("token", ["unknown", "é", "x" * 4000])
def test_unknown_token_is_as_good_as_revoked(app: RecipientApp, path: str, token: str) -> None:
    answer = app.revoke(token, path)

    assert (answer.status_code, answer.content) == (200, b"")


@BOTH
def test_second_revocation_is_200_as_well(app: RecipientApp, path: str) -> None:
    tokens = app.mint()

    assert app.revoke(tokens["refresh_token"], path).status_code == 200
    assert app.revoke(tokens["refresh_token"], path).status_code == 200


@BOTH
def test_token_of_another_app_is_left_alone(
    app: RecipientApp, other_app: RecipientApp, path: str
) -> None:
    tokens = app.mint()

    assert other_app.revoke(tokens["refresh_token"], path).status_code == 200

    assert app.get("balances", tokens["id_token"]).status_code == 200


@BOTH
@pytest.mark.parametrize("name", ["client_id", "client_secret", "token", "token_type_hint"])
@pytest.mark.parametrize("value", [None, ""])
def test_missing_field_is_invalid_request(
    app: RecipientApp, path: str, name: str, value: str | None
) -> None:
    form = {"token": "t", "token_type_hint": "refresh_token", name: value}
    answer = app.post(path, form)

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


@BOTH
@pytest.mark.parametrize("hint", ["access_token", "REFRESH_TOKEN", "id_token", "é"])
def test_other_hint_is_unsupported_and_revokes_nothing(
    app: RecipientApp, path: str, hint: str
) -> None:
    tokens = app.mint()

    answer = app.revoke(tokens["refresh_token"], path, token_type_hint=hint)

    assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_token_type"})
    assert app.get("balances", tokens["id_token"]).status_code == 200


@BOTH
@pytest.mark.parametrize(
    "changes",
    [{"client_secret": "wrong"}, {"client_id": "nobody"}, {"client_secret": "é"}],
    ids=str,
)
def test_wrong_client_is_unauthorized_and_revokes_nothing(
    app: RecipientApp, path: str, changes: dict[str, str]
) -> None:
    tokens = app.mint()

    answer = app.revoke(tokens["refresh_token"], path, **changes)

    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized_client"})
    assert app.get("balances", tokens["id_token"]).status_code == 200


@BOTH
def test_wrong_secret_in_the_body_is_unauthorized_whatever_stands_in_the_header(
    app: RecipientApp, path: str
) -> None:
    form = {"token": "t", "token_type_hint": "refresh_token", "client_secret": "wrong"}
    answer = app.post(path, form, "both")

    assert (answer.status_code, answer.json()) == (401, {"error": "unauthorized_client"})


@BOTH
def test_basic_credentials_revoke_as_discovery_promises(app: RecipientApp, path: str) -> None:
    tokens = app.mint()
    form = {"token": tokens["refresh_token"], "token_type_hint": "refresh_token"}

    assert app.post(path, form, "basic").status_code == 200

    assert app.get("balances", tokens["id_token"]).status_code == 401


def test_bank_is_told_that_the_connection_ended(app: RecipientApp) -> None:
    bank = app.network.bank
    tokens = app.mint("mikomo_11")
    before = bank.refresh_tokens()

    app.revoke(tokens["refresh_token"])

    eventually("the bank to forget the connection", lambda: bank.refresh_tokens() < before)
    query = (
        "SELECT c.id FROM connections c JOIN grants g ON g.connection_id = c.id"
        f" WHERE g.id = '{tokens['grant_id']}'"
    )
    eventually("the sealed tokens to be deleted", lambda: not app.network.rows(query))
