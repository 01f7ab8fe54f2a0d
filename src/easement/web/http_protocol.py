"""Bytes that are not HTTP are refused by the server before any application sees them; that answer
carries an interaction id too."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from easement.platform.ids import new_interaction_id


def http_protocol(interaction_id_header: str) -> type[HttpToolsProtocol]:
    """uvicorn's protocol, with the header of that name on its own refusals."""

    class InteractionIdProtocol(HttpToolsProtocol):
        def send_400_response(self, msg: str) -> None:
            body = msg.encode("ascii", "replace")
            lines = [
                "HTTP/1.1 400 Bad Request",
                "content-type: text/plain; charset=utf-8",
                f"content-length: {len(body)}",
                "connection: close",
                f"{interaction_id_header}: {new_interaction_id()}",
            ]
            self.transport.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
            self.transport.close()

    return InteractionIdProtocol
