"""The payment networks of an account."""

from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.connectors.model import CallContext

PATH = "/fdx/v5/accounts/a1/payment-networks"
CALL = CallContext("at1", "Root=1-x", "batch", {})


async def test_networks_come_in_the_banks_order_and_bytes(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    body = b'{"paymentNetworks":[{"identifier":"0012","type":"US_RTP"},{"bankId":"1"}],"page":{}}'
    bank.on(PATH, make_answer(200, body))
    networks = await connector.payment_networks.payment_networks(CALL, "a1")
    assert [{name: bytes(value) for name, value in each.items()} for each in networks] == [
        {"identifier": b'"0012"', "type": b'"US_RTP"'},
        {"bankId": b'"1"'},
    ]
    assert [request.target for request in bank.received] == [PATH]


@pytest.mark.parametrize("body", [{"paymentNetworks": []}, {"paymentNetworks": None}])
async def test_an_account_may_have_none(
    bank: Any, connector: Any, make_answer: Any, body: Any
) -> None:
    bank.on(PATH, make_answer(200, body))
    assert await connector.payment_networks.payment_networks(CALL, "a1") == []


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"paymentNetworks":{}}', b'{"paymentNetworks":[1]}', b'{"paymentNetworks":['],
)
async def test_an_answer_that_is_no_list_of_networks_is_malformed(
    bank: Any, connector: Any, make_answer: Any, body: bytes
) -> None:
    bank.on(PATH, make_answer(200, body))
    with pytest.raises(BankMalformedError):
        await connector.payment_networks.payment_networks(CALL, "a1")


async def test_the_banks_own_error_is_passed_on(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(422, {"code": 704, "message": "Account type not supported"}))
    with pytest.raises(BankAnswerError) as refused:
        await connector.payment_networks.payment_networks(CALL, "a1")
    assert (refused.value.status, refused.value.code) == (422, 704)
