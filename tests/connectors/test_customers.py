"""The bank's customer record, in both of its forms."""

from typing import Any

import msgspec
import pytest

from easement.connectors.errors import AccessTokenRejectedError, BankAnswerError, BankMalformedError
from easement.connectors.model import CallContext

PATH = "/fdx/v5/customers/current"
CALL = CallContext("at1", "Root=1-x", "user", {"x-akoya-intent-type": "payments"})


@pytest.mark.parametrize(
    "body",
    [
        b'{"customerId":"c1","name":{"first":"Zo\\u00eb"}}',
        b'{"customer":{"customerId":"c1","name":{"first":"Zo\\u00eb"}}}',
        b'{"customer":{"customerId":"c1","name":{"first":"Zo\\u00eb"}},"links":{}}',
    ],
)
async def test_the_record_is_read_bare_and_wrapped_and_keeps_its_bytes(
    bank: Any, connector: Any, make_answer: Any, body: bytes
) -> None:
    bank.on(PATH, make_answer(200, body))
    fields = await connector.customers.customer(CALL)
    assert {name: bytes(value) for name, value in fields.items()} == {
        "customerId": b'"c1"',
        "name": b'{"first":"Zo\\u00eb"}',
    }
    [request] = bank.received
    assert request.target == PATH
    assert request.headers["authorization"] == "Bearer at1"
    assert request.headers["x-akoya-intent-type"] == "payments"


async def test_a_wrapped_record_may_have_no_id(bank: Any, connector: Any, make_answer: Any) -> None:
    bank.on(PATH, make_answer(200, {"customer": {"email": []}}))
    assert await connector.customers.customer(CALL) == {"email": msgspec.Raw(b"[]")}


@pytest.mark.parametrize(
    "body",
    [b"[]", b"null", b"{", b"{}", b'{"customer":null}', b'{"customer":[]}', b'{"accounts":[]}'],
)
async def test_an_answer_that_is_no_record_is_malformed(
    bank: Any, connector: Any, make_answer: Any, body: bytes
) -> None:
    bank.on(PATH, make_answer(200, body))
    with pytest.raises(BankMalformedError):
        await connector.customers.customer(CALL)


async def test_the_banks_own_error_is_passed_on(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(
        PATH,
        make_answer(404, {"code": 601, "message": "Customer not found"}),
        make_answer(401, b"", ""),
    )
    with pytest.raises(BankAnswerError) as refused:
        await connector.customers.customer(CALL)
    assert (refused.value.status, refused.value.code) == (404, 601)
    with pytest.raises(AccessTokenRejectedError):
        await connector.customers.customer(CALL)
