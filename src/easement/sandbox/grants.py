"""Grants as a developer looks at them, and what the consumer may do to them at the bank."""

from datetime import datetime
from typing import Any

import msgspec

from easement.consent.model import Grant, GrantStatus, Initiator
from easement.consent.service import Consents
from easement.platform.clock import Clock
from easement.platform.db import Database
from easement.providers.connections import Connections
from easement.providers.errors import ConnectionGoneError
from easement.sandbox.bank import BankControl
from easement.sandbox.clock import moment
from easement.sandbox.refusals import ControlError, ended, invalid, not_found

_SHOWN = 200
_MOST_ACCOUNTS = 500


class GrantView(msgspec.Struct, frozen=True, rename="camel"):
    """A grant in JSON. `user` is None where nobody knows any more whose it was."""

    grant_id: str
    user: str | None
    client_id: str
    provider_id: str
    status: GrantStatus
    account_ids: list[str]
    products: list[str]
    created_at: str
    expires_at: str | None
    ended_at: str | None
    ended_by: str | None


class SandboxGrants:
    """The grants at the sandbox bank."""

    def __init__(
        self,
        *,
        provider_id: str,
        db: Database,
        clock: Clock,
        consents: Consents,
        connections: Connections,
        bank: BankControl,
    ) -> None:
        self._provider_id = provider_id
        self._db = db
        self._clock = clock
        self._consents = consents
        self._connections = connections
        self._bank = bank

    async def newest(self) -> list[GrantView]:
        """The last 200, the newest first."""
        names = await self._names()
        return [await self._view(grant, names) for grant in await self._consents.newest(_SHOWN)]

    async def revoke(self, grant_id: str) -> None:
        """End the permission at the bank, as its consumer would on the bank's pages.

        The network is not told: it learns of it the next time it asks the bank.

        Raises:
            ControlError: there is no such grant, or it has ended.
        """
        found = await self._at_bank(await self._active(grant_id))
        await self._bank.ask("DELETE", f"/connections/{found['id']}")

    async def change_accounts(self, grant_id: str, account_ids: list[str]) -> GrantView:
        """Share these accounts from now on, as the consumer would at the bank, which tells us.

        Raises:
            ControlError: no account, one that is not the consumer's, or no active grant.
        """
        if not account_ids or len(account_ids) > _MOST_ACCOUNTS:
            raise invalid(
                "Expected accountIds to list at least one account; to end the grant, POST to its "
                "revocation."
            )
        grant = await self._active(grant_id)
        found = await self._at_bank(grant)
        chosen = sorted(set(account_ids))
        await self._bank.ask("PUT", f"/connections/{found['id']}/accounts", {"accountIds": chosen})
        async with self._db.transaction() as tx:
            changed = await self._consents.change_accounts(
                tx, grant_id, chosen, Initiator.INDIVIDUAL
            )
        if not changed:
            raise _ended_error(grant_id)
        current = await self._consents.current(grant_id)
        return await self._view(current or grant, {})

    async def _active(self, grant_id: str) -> Grant:
        grant = await self._consents.current(grant_id)
        if grant is None or grant.provider_id != self._provider_id:
            raise not_found(f"Expected the id of a grant at {self._provider_id}, as grants lists.")
        if not grant.is_active(self._clock.now()):
            raise _ended_error(grant_id)
        return grant

    async def _at_bank(self, grant: Grant) -> dict[str, Any]:
        """The bank's connection behind the grant."""
        try:
            connection = await self._connections.open(grant.connection_id)
        except ConnectionGoneError as error:
            raise _ended_error(grant.id) from error
        token = connection.refresh_token or connection.access_token
        try:
            found: dict[str, Any] = await self._bank.ask(
                "POST", "/connections/lookup", {"token": token}
            )
        except ControlError as error:
            if error.status == 404:
                raise ended(
                    f"Expected a permission that is alive at the bank; that of {grant.id} has "
                    "ended there, and the network learns of it when it next refreshes."
                ) from error
            raise
        return found

    async def _view(self, grant: Grant, names: dict[str, str]) -> GrantView:
        expired = grant.status is GrantStatus.ACTIVE and not grant.is_active(self._clock.now())
        return GrantView(
            grant_id=grant.id,
            user=names.get(grant.login_hash) or await self._login(grant),
            client_id=grant.app_id,
            provider_id=grant.provider_id,
            status=GrantStatus.EXPIRED if expired else grant.status,
            account_ids=sorted(grant.account_ids),
            products=sorted(grant.products),
            created_at=moment(grant.created_at),
            expires_at=_or_none(grant.expires_at),
            ended_at=_or_none(grant.ended_at),
            ended_by=grant.ended_by,
        )

    async def _names(self) -> dict[str, str]:
        """The bank's users by the hash that names them in a grant, also in one that has ended."""
        try:
            listed = (await self._bank.ask("GET", "/users"))["users"]
        except ControlError:
            return {}
        users = [str(user["username"]) for user in listed]
        return {self._consents.login_hash(self._provider_id, user): user for user in users}

    async def _login(self, grant: Grant) -> str | None:
        try:
            return (await self._connections.open(grant.connection_id)).login
        except ConnectionGoneError:
            return None


def _ended_error(grant_id: str) -> ControlError:
    return ended(f"Expected an active grant; {grant_id} has ended.")


def _or_none(at: datetime | None) -> str | None:
    return None if at is None else moment(at)
