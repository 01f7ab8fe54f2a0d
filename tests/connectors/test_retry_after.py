"""A bank that says when it may be asked again."""

from typing import Any

import pytest

from easement.connectors.errors import BankAnswerError
from easement.connectors.model import CallContext

PATH = "/fdx/v5/accounts"
CALL = CallContext("at1", "Root=1-x", "user", {})


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("30", 30),
        (" 0 ", 0),
        (None, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("9999999", None),
        ("Fri, 31 Dec 2027 23:59:59 GMT", None),
    ],
)
async def test_the_seconds_to_wait_are_read(
    bank: Any, connector: Any, make_answer: Any, sent: str | None, read: int | None
) -> None:
    headers = {} if sent is None else {"Retry-After": sent}
    bank.on(PATH, make_answer(429, {"code": 1207, "message": "Slow down"}, headers=headers))
    with pytest.raises(BankAnswerError) as caught:
        await connector.accounts(CALL, ["a1"])
    assert caught.value.retry_after_s == read
