"""Files from the bank: opened, read piece by piece, and never taken for whole when they are not."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest

from easement.connectors import registry
from easement.connectors.errors import (
    AccessTokenRejectedError,
    BankAnswerError,
    BankMalformedError,
    BankTimeoutError,
    BankUnavailableError,
)
from easement.connectors.fdx_v5 import api
from easement.connectors.model import CallContext, Document
from easement.platform.clock import SystemClock
from easement.platform.http import open_http_client
from tests.support.paced_bank import PacedBank, paced_bank

PATH = "/fdx/v5/accounts/a1/statements/s1"
CALL = CallContext("at1", "Root=1-x", "user", {"x-akoya-intent-type": "nonpayments"})
PDF = "application/pdf"
PATIENCE_S = 0.5


async def opened(connector: Any, media_type: str = PDF) -> Document:
    document: Document = await connector.statements.document(CALL, "a1", "s1", media_type)
    return document


async def whole(document: Document) -> bytes:
    pieces = []
    try:
        while piece := await document.read():
            pieces.append(piece)
    finally:
        document.close()
    return b"".join(pieces)


async def test_a_file_is_asked_for_with_its_type_and_the_headers_of_the_contract(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, b"%PDF-1.7", PDF))
    document = await opened(connector)
    assert (document.media_type, document.length) == (PDF, 8)
    assert await whole(document) == b"%PDF-1.7"
    [request] = bank.received
    assert request.target == PATH
    assert request.headers["accept"] == PDF
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["authorization"] == "Bearer at1"
    assert request.headers["x-fapi-interaction-id"] == "Root=1-x"
    assert request.headers["fdx-api-actor-type"] == "USER"
    assert request.headers["x-akoya-intent-type"] == "nonpayments"


async def test_ids_of_any_characters_are_one_segment_each(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    path = "/fdx/v5/accounts/a%2F1/statements/2026%2F01%20%23%C3%BC%3F..%2F"
    bank.on(path, make_answer(200, b"x", PDF))
    document = await connector.statements.document(CALL, "a/1", "2026/01 #ü?../", PDF)
    assert await whole(document) == b"x"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (PDF, "Application/PDF; charset=binary"),
        ("image/jpeg", "image/jpeg"),
        ("image/jpeg", "image/jpg"),
        ("image/png", "image/png"),
        ("image/gif", "image/gif"),
        ("image/tiff", "image/tiff"),
        ("image/tiff", "image/tif"),
    ],
)
async def test_a_type_has_the_name_that_was_asked_for(
    bank: Any, connector: Any, make_answer: Any, asked: str, told: str
) -> None:
    bank.on(PATH, make_answer(200, b"x", told))
    document = await opened(connector, asked)
    document.close()
    assert document.media_type == asked


@pytest.mark.parametrize("told", ["text/html", "application/json", "image/png", "", "pdf"])
async def test_another_type_than_the_one_asked_for_is_refused(
    bank: Any, connector: Any, make_answer: Any, told: str
) -> None:
    bank.on(PATH, make_answer(200, b"<html>", told))
    with pytest.raises(BankMalformedError):
        await opened(connector)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_nowhere(
    bank: Any, connector: Any, make_answer: Any, status: int
) -> None:
    bank.on("/elsewhere", make_answer(200, b"x", PDF))
    location = {"Location": f"{bank.url}/elsewhere"}
    bank.on(PATH, make_answer(status, b"", PDF, headers=location))
    with pytest.raises(BankUnavailableError):
        await opened(connector)
    assert [each.target for each in bank.received] == [PATH]


@pytest.mark.parametrize(
    ("status", "code"), [(400, 1300), (404, 1108), (404, 701), (406, 1203), (409, 1205)]
)
async def test_the_banks_own_refusal_is_read(
    bank: Any, connector: Any, make_answer: Any, status: int, code: int
) -> None:
    bank.on(PATH, make_answer(status, {"code": str(code), "message": "no"}))
    with pytest.raises(BankAnswerError) as raised:
        await opened(connector)
    assert (raised.value.status, raised.value.code) == (status, code)


async def test_a_406_without_words_means_the_type(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(406, b"Not Acceptable", "text/plain"))
    with pytest.raises(BankAnswerError) as raised:
        await opened(connector)
    assert raised.value.code == 1203


async def test_a_rejected_token_is_known_before_anything_is_read(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(401, b"", headers={"WWW-Authenticate": 'Bearer error="x"'}))
    with pytest.raises(AccessTokenRejectedError):
        await opened(connector)


async def test_a_refusal_without_an_end_is_read_to_a_limit(
    bank: Any, connector: Any, make_answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "_MAX_ERROR_BYTES", 1_000)
    bank.on(PATH, make_answer(500, b"x" * 1_001, "text/html"))
    with pytest.raises(BankMalformedError):
        await opened(connector)


@pytest.fixture
async def impatient(settings: dict[str, str]) -> AsyncIterator[Any]:
    """A connector that waits half a second for an answer, or the next piece of one."""
    async with open_http_client() as http:
        yield registry.build(
            "fdx_v5", settings, "s", http, SystemClock(), data_timeout_s=PATIENCE_S
        )


async def test_a_bank_that_does_not_answer_is_given_up(bank: Any, impatient: Any) -> None:
    bank.on(PATH, b"hang")
    with pytest.raises(BankTimeoutError):
        await opened(impatient)


async def test_a_file_that_ends_before_its_length_breaks_off(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, b"half", PDF, length=8))
    document = await opened(connector)
    with pytest.raises(BankUnavailableError):
        await whole(document)


CHUNKED = b"HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\nTransfer-Encoding: chunked\r\n\r\n"


async def test_a_file_in_chunks_has_no_length(bank: Any, connector: Any) -> None:
    bank.on(PATH, CHUNKED + b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
    document = await opened(connector)
    assert document.length is None
    assert await whole(document) == b"onetwo"


@pytest.mark.parametrize("rest", [b"3\r\none\r\n", b"5\r\none", b"3\r\none\r\nxyz\r\n"])
async def test_chunks_without_the_last_one_break_off(
    bank: Any, connector: Any, rest: bytes
) -> None:
    bank.on(PATH, CHUNKED + rest)
    with pytest.raises(BankUnavailableError):
        await whole(await opened(connector))


async def test_a_file_whose_end_cannot_be_told_from_a_break_is_refused(
    bank: Any, connector: Any
) -> None:
    bank.on(PATH, b"HTTP/1.1 200 X\r\nContent-Type: application/pdf\r\n\r\n%PDF")
    with pytest.raises(BankMalformedError):
        await opened(connector)


async def test_a_file_that_comes_packed_all_the_same_is_unpacked_and_has_no_length(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    packed = gzip.compress(b"x" * 100_000)
    bank.on(PATH, make_answer(200, packed, PDF, headers={"Content-Encoding": "gzip"}))
    document = await opened(connector)
    assert document.length is None
    assert await whole(document) == b"x" * 100_000


@pytest.fixture
async def slow(settings: dict[str, str]) -> AsyncIterator[PacedBank]:
    async with paced_bank() as slow:
        settings["api_url"] = slow.url
        yield slow


async def test_the_first_piece_is_there_before_the_last_one(
    slow: PacedBank, connector: Any
) -> None:
    slow.one_by_one = True
    document = await opened(connector)
    slow.go_on.set()
    assert (await document.read())[:1] == b"x"
    document.close()


async def test_a_pause_between_pieces_has_a_limit(slow: PacedBank, impatient: Any) -> None:
    slow.one_by_one = True
    document = await opened(impatient)
    slow.go_on.set()
    with pytest.raises(BankTimeoutError):
        await whole(document)


async def test_pieces_are_small_however_much_the_bank_has_sent(
    slow: PacedBank, connector: Any
) -> None:
    slow.go_on.set()
    document = await opened(connector)
    for _ in range(200):
        assert 0 < len(await document.read()) <= 65_536
    document.close()


async def test_closing_a_file_ends_the_banks_work(slow: PacedBank, connector: Any) -> None:
    slow.go_on.set()
    document = await opened(connector)
    await document.read()
    document.close()
    async with asyncio.timeout(20):
        await slow.gone.wait()


async def test_a_connection_that_was_left_early_serves_no_other_call(
    bank: Any, connector: Any, make_answer: Any
) -> None:
    bank.on(PATH, make_answer(200, b"x" * 1_000_000, PDF), make_answer(200, b"second", PDF))
    first = await opened(connector)
    await first.read()
    first.close()
    assert await whole(await opened(connector)) == b"second"
