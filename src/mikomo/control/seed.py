"""POST /control/reset."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mikomo.clock import MovableClock
from mikomo.control.bodies import answer
from mikomo.control.call_log import CallLog
from mikomo.control.refusals import ControlError
from mikomo.custom_users import BadUsersError
from mikomo.faults.rules import FaultRules
from mikomo.store.database import Database
from mikomo.store.seed import forget_everyone


class SeedApi:
    """Putting the bank back to its first day."""

    def __init__(
        self,
        *,
        database: Database,
        clock: MovableClock,
        rules: FaultRules,
        log: CallLog,
        read_users: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._log = log
        self._read_users = read_users

    def routes(self) -> list[Route]:
        """Below `/control`."""
        return [Route("/reset", self._reset, methods=["POST"])]

    async def _reset(self, _request: Request) -> Response:
        try:
            self._read_users()
        except BadUsersError as error:
            # Nothing was reset: half a reset would hide what is wrong with the file.
            raise ControlError(422, "invalid_users", str(error)) from error
        forget_everyone(self._database)
        self._clock.move(0)
        self._rules.clear()
        self._log.clear()
        return answer(None, 204)
