"""The contact data that the bank keeps with an account."""

from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError, BankMalformedError
from easement.connectors.model import CallContext

CALL = CallContext("at1", "Root=1-x", "batch", {})


@pytest.mark.parametrize(
    ("account_id", "path"),
    [("a1", "a1"), ("a/b?c", "a%2Fb%3Fc"), ("a b", "a%20b"), ("ü", "%C3%BC")],
)
async def test_a_contact_is_asked_for_by_account(
    bank: Any, connector: Any, make_answer: Any, account_id: str, path: str
) -> None:
    target = f"/fdx/v5/accounts/{path}/contact"
    bank.on(target, make_answer(200, b'{"holders":[{"customerId":"1"}],"emails":null}'))
    fields = await connector.contacts.contact(CALL, account_id)
    assert {name: bytes(value) for name, value in fields.items()} == {
        "holders": b'[{"customerId":"1"}]',
        "emails": b"null",
    }
    assert [request.target for request in bank.received] == [target]


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b'{"holders":'])
async def test_an_answer_that_is_no_object_is_malformed(
    bank: Any, connector: Any, make_answer: Any, body: bytes
) -> None:
    bank.on("/fdx/v5/accounts/a1/contact", make_answer(200, body))
    with pytest.raises(BankMalformedError):
        await connector.contacts.contact(CALL, "a1")


async def test_the_banks_own_error_is_passed_on(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    error = make_answer(404, {"code": "701", "message": "Account not found"})
    bank.on("/fdx/v5/accounts/a1/contact", error)
    with pytest.raises(BankAnswerError) as refused:
        await connector.contacts.contact(CALL, "a1")
    assert refused.value.code == 701
