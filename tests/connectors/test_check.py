"""What an operator is told of a bank that works, and of one that does not."""

from typing import Any

import pytest


async def found(connector: Any) -> dict[str, str | None]:
    return {each.subject: each.fault for each in await connector.check()}


async def test_a_bank_that_works_is_fine(bank: Any, connector: Any, make_answer: Any) -> None:
    bank.on("/token", make_answer(400, {"error": "invalid_grant"}))
    assert await found(connector) == {
        "metadata": None,
        "signing keys": None,
        "token endpoint": None,
    }


@pytest.mark.parametrize(
    ("path", "status", "body", "subject", "words"),
    [
        ("/jwks", 404, {}, "signing keys", "answers 404"),
        ("/jwks", 200, {"keys": []}, "signing keys", "cannot be read"),
        ("/token", 401, {"error": "invalid_client"}, "token endpoint", "refuses the network's"),
        ("/token", 503, {}, "token endpoint", "answers 503"),
        ("/token", 200, {"access_token": "a", "token_type": "bearer"}, "token endpoint", "nobody"),
    ],
)
async def test_what_is_wrong_is_said_in_words(
    bank: Any,
    connector: Any,
    make_answer: Any,
    *,
    path: str,
    status: int,
    body: Any,
    subject: str,
    words: str,
) -> None:
    bank.on("/token", make_answer(400, {"error": "invalid_grant"}))
    bank.on(path, make_answer(status, body))
    findings = await found(connector)
    assert words in (findings.pop(subject) or "")
    assert set(findings.values()) == {None}


async def test_a_bank_that_is_not_there_is_told_once_for_each_part(
    bank: Any, connector: Any
) -> None:
    await bank.close()
    findings = await found(connector)
    assert findings["metadata"] is None, "the settings say all of it"
    assert findings["signing keys"] == "no connection could be made"
    assert findings["token endpoint"] == "no connection could be made"
