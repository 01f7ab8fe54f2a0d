"""Who may use the control API, whatever the connection looks like."""

import pytest
from starlette.requests import Request

from easement.sandbox.gate import Gate
from easement.sandbox.refusals import ControlError

TOKEN = "a-token-of-the-control-api"
GATE = Gate(TOKEN, "https://data.example.test")


def request(peer: str | None = "127.0.0.1", **headers: str) -> Request:
    sent = {"host": "127.0.0.1:8080", "authorization": f"Bearer {TOKEN}", **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    client = None if peer is None else (peer, 40000)
    return Request({"type": "http", "method": "GET", "headers": raw, "client": client})


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1"])
@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8080", "127.0.0.1", "[::1]:8080", "x.localhost", "data.example.test"],
)
def test_a_caller_on_this_machine_who_shows_the_token_is_let_in(peer: str, host: str) -> None:
    GATE.check(request(peer, host=host))


@pytest.mark.parametrize("peer", ["192.168.1.9", "8.8.8.8", "fe80::1", "testclient", "", None])
def test_a_caller_from_elsewhere_is_refused_with_the_right_token_too(peer: str | None) -> None:
    with pytest.raises(ControlError) as refused:
        GATE.check(request(peer))
    assert (refused.value.status, refused.value.error) == (403, "forbidden")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "192.168.1.9", "", "[", "[::1"],
)
def test_a_name_that_is_not_ours_is_refused_so_that_rebinding_it_is_of_no_use(host: str) -> None:
    with pytest.raises(ControlError) as refused:
        GATE.check(request(host=host))
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "sender", ["10.0.0.7", "10.0.0.7, 127.0.0.1", "127.0.0.1, 10.0.0.7", "unknown"]
)
def test_what_a_proxy_passes_on_from_elsewhere_is_refused(sender: str) -> None:
    with pytest.raises(ControlError):
        GATE.check(request(x_forwarded_for=sender))
    with pytest.raises(ControlError):
        GATE.check(request(forwarded=f"for={sender}"))


def test_a_sender_cannot_hide_behind_a_header_of_its_own() -> None:
    passed_on = request(x_forwarded_for="127.0.0.1")
    passed_on.scope["headers"].append((b"x-forwarded-for", b"10.0.0.7"))
    with pytest.raises(ControlError):
        GATE.check(passed_on)


def test_what_a_proxy_passes_on_from_this_machine_is_let_in() -> None:
    GATE.check(request(x_forwarded_for="127.0.0.1, ::1"))


@pytest.mark.parametrize(
    "shown",
    ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"],
)
def test_another_token_or_none_is_401_and_says_where_the_token_stands(shown: str) -> None:
    with pytest.raises(ControlError) as refused:
        GATE.check(request(authorization=shown))
    assert refused.value.status == 401
    assert "sandbox.json" in refused.value.message
    assert TOKEN not in refused.value.message
