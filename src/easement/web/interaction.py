"""The interaction id: one per request, on every answer of every surface, whatever its status."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from easement.platform.ids import new_interaction_id
from easement.platform.interaction import current


class InteractionIdMiddleware:
    """Puts the id into ``scope["state"]["interaction_id"]``, the answer's header `name`, and where
    the audit log finds it."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name.encode("ascii")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        interaction_id = new_interaction_id()
        scope.setdefault("state", {})["interaction_id"] = interaction_id
        current.set(interaction_id)
        header = (self._name, interaction_id.encode("ascii"))

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self._app(scope, receive, send_with_id)
