"""A document on its way: nothing read ahead, nothing that broke off looks whole, all is closed."""

import asyncio
from typing import Any

import pytest

from easement.connectors.errors import BankTimeoutError, BankUnavailableError
from easement.connectors.model import Document
from easement.fdx import codes
from easement.gateway.answer import Answer
from easement.gateway.documents import document_answer
from easement.gateway.stream import send_document


class File:
    """A document of `pieces`; an exception among them is raised."""

    def __init__(self, *pieces: bytes | Exception, length: int | None = None) -> None:
        self.pieces = list(pieces)
        self.reads = 0
        self.closed = 0
        self.hangs = False
        self.document = Document("application/pdf", length, self.read, self.close)

    async def read(self) -> bytes:
        self.reads += 1
        if self.hangs:
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        if not self.pieces:
            return b""
        piece = self.pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece

    def close(self) -> None:
        self.closed += 1


class Connection:
    """The app's side: what it was sent, whether it takes more, and whether it is still there."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.gone = asyncio.Event()
        self.waits = asyncio.Event()

    async def send(self, message: Any) -> None:
        if not self.takes.is_set():
            self.waits.set()
        await self.takes.wait()
        self.sent.append(message)

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    @property
    def is_whole(self) -> bool:
        return bool(self.sent) and self.sent[-1].get("more_body") is False


async def send(file: File, connection: Connection, app_pause_s: float = 60.0) -> Any:
    answer = document_answer(file.document, "statement", "s1")
    return await send_document(
        connection.receive, connection.send, answer, file.document, app_pause_s
    )


async def test_the_pieces_go_out_as_they_come_and_the_document_is_closed() -> None:
    file, connection = File(b"one", b"two", length=6), Connection()
    assert await send(file, connection) is None
    assert connection.body == b"onetwo"
    assert connection.is_whole
    assert file.closed == 1
    start = connection.sent[0]
    assert start["status"] == 200
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"application/pdf"
    assert headers[b"content-length"] == b"6"
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"content-disposition"] == b'attachment; filename="statement-s1.pdf"'
    assert headers[b"x-content-type-options"] == b"nosniff"


async def test_a_length_that_the_bank_does_not_tell_is_not_made_up() -> None:
    file, connection = File(b"one"), Connection()
    await send(file, connection)
    assert b"content-length" not in dict(connection.sent[0]["headers"])


async def test_no_piece_is_read_while_the_app_does_not_take_the_last_one() -> None:
    file, connection = File(*[b"x" * 65_536] * 480), Connection()
    sending = asyncio.create_task(send(file, connection))
    while file.reads < 3:
        await asyncio.sleep(0)
    connection.takes.clear()
    await connection.waits.wait()
    reads = file.reads
    for _ in range(50):
        await asyncio.sleep(0)
    assert file.reads == reads
    connection.takes.set()
    assert await sending is None
    assert len(connection.body) == 480 * 65_536
    assert connection.is_whole


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (BankUnavailableError("cut"), codes.SUBSYSTEM_UNAVAILABLE),
        (BankTimeoutError("slow"), codes.TIMED_OUT),
    ],
)
async def test_a_file_that_breaks_off_has_no_end(failure: Exception, code: Any) -> None:
    file, connection = File(b"one", failure), Connection()
    assert await send(file, connection) == code
    assert connection.body == b"one"
    assert not connection.is_whole
    assert file.closed == 1


async def test_an_app_that_hangs_up_ends_the_call_to_the_bank() -> None:
    file, connection = File(b"one"), Connection()
    file.hangs = True
    sending = asyncio.create_task(send(file, connection))
    while file.reads < 1:
        await asyncio.sleep(0)
    connection.gone.set()
    assert await sending is None
    assert file.closed == 1
    assert not connection.is_whole


async def test_an_app_that_stops_reading_is_given_up() -> None:
    file, connection = File(b"one", b"two"), Connection()

    async def send_start_only(message: Any) -> None:
        await connection.send(message)
        connection.takes.clear()

    answer = document_answer(file.document, "statement", "s1")
    cut = await send_document(
        connection.receive, send_start_only, answer, file.document, app_pause_s=0.01
    )
    assert cut == codes.TIMED_OUT
    assert file.closed == 1


async def test_a_call_that_is_cancelled_closes_the_document() -> None:
    file, connection = File(b"one"), Connection()
    file.hangs = True
    sending = asyncio.create_task(send(file, connection))
    while file.reads < 1:
        await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert file.closed == 1


async def test_a_server_that_fails_closes_the_document() -> None:
    file, connection = File(b"one"), Connection()

    async def broken(message: Any) -> None:
        raise RuntimeError("the server is gone")

    answer = document_answer(file.document, "statement", "s1")
    with pytest.raises(RuntimeError):
        await send_document(connection.receive, broken, answer, file.document)
    assert file.closed == 1


async def test_a_body_that_the_app_sends_meanwhile_is_passed_over() -> None:
    file, connection = File(b"one", b"two"), Connection()
    messages = [{"type": "http.request", "body": b"x", "more_body": False}]

    async def receive() -> Any:
        return messages.pop() if messages else await connection.receive()

    answer = document_answer(file.document, "statement", "s1")
    assert await send_document(receive, connection.send, answer, file.document) is None
    assert connection.body == b"onetwo"


@pytest.mark.parametrize(
    ("document_id", "name"),
    [
        ("P9CvLPKDaFRMbNDkhu1", "statement-P9CvLPKDaFRMbNDkhu1.pdf"),
        ("~YS9i", "statement-_YS9i.pdf"),
        ('a"; filename="b.exe\r\nx: y', "statement-a_filename_b_exe_x_y.pdf"),
        ("../../etc/passwd", "statement-_etc_passwd.pdf"),
        ("ü", "statement-_.pdf"),
        ("x" * 500, f"statement-{'x' * 80}.pdf"),
    ],
)
def test_the_file_name_is_safe_on_any_disk(document_id: str, name: str) -> None:
    answer: Answer = document_answer(File().document, "statement", document_id)
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
