"""Signing keys come and go with overlap; data keys follow one another.

A new signing key is published before it signs, so that relying parties know it by then. The old one
loses its private part when it signs no more and stays published until the last token it signed has
expired.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from easement.keys import algorithms, sealing, store
from easement.keys.errors import UnknownKeyError
from easement.keys.model import KeyState, SigningKey
from easement.keys.service import Change, Keys
from easement.keys.settings import KeySettings
from easement.platform import audit
from easement.platform.audit import AuditEvent, AuditKind
from easement.platform.clock import Clock


class Rotation:
    """Replaces keys, by schedule and by command."""

    def __init__(self, keys: Keys, clock: Clock, settings: KeySettings) -> None:
        self._keys = keys
        self._clock = clock
        self._settings = settings

    async def rotate(self, algorithm: str, *, now: bool = False) -> SigningKey:
        """The algorithm's next signing key: made, unless one is published already.

        It signs after the lead, or with `now` as soon as every replica has heard of it. The first
        key of an algorithm signs at once: nobody waits for it to be replaced.
        """
        private = await asyncio.to_thread(algorithms.generate, algorithm)
        lead = self._settings.settling if now else self._settings.lead
        async with self._keys.changing() as change:
            moment = self._clock.now()
            current, following = _current_and_next(change, algorithm, moment)
            starts = moment if current is None else moment + lead
            if following is None:
                kid = await self._insert(change, private, moment, starts)
            else:
                kid, starts = following.id, min(starts, following.used_from)
                await store.set_use(change.tx, kid, used_from=starts, used_until=None)
            if current is not None:
                begun = min(_begins(current), moment)
                await store.set_use(change.tx, current.id, used_from=begun, used_until=starts)
            await self._note(change, f"{algorithm} rotated to {kid}")
        await self._keys.refresh()
        return self._known(kid)

    async def withdraw(self, kid: str) -> None:
        """Forget a key at once, for one that leaked: tokens it signed count no more.

        Raises:
            UnknownKeyError: there is no such key, or no other one to sign in its place.
        """
        async with self._keys.changing() as change:
            row = next((row for row in _signing(change) if row.id == kid), None)
            if row is None:
                raise UnknownKeyError(f"there is no signing key {kid!r}")
            others = [
                each
                for each in _signing(change)
                if each.id != kid and each.algorithm == row.algorithm and each.sealed
            ]
            if row.sealed and not others:
                raise UnknownKeyError(
                    f"{kid} is the only key that signs with {row.algorithm}; first rotate it"
                )
            await store.delete_key(change.tx, kid)
            await self._note(change, f"{row.algorithm} key {kid} withdrawn")
            # Whoever is to sign in its place may be on its way only.
            moment = self._clock.now()
            if others and all(_begins(each) > moment for each in others):
                first = min(others, key=_begins)
                await store.set_use(
                    change.tx, first.id, used_from=moment, used_until=first.used_until
                )
        await self._keys.refresh()

    async def turn(self) -> None:
        """Job: make successors that are due, destroy private keys that sign no more, and forget
        keys whose tokens have all expired."""
        now = self._clock.now()
        for algorithm in algorithms.ALGORITHMS:
            if self._is_due(algorithm, now):
                await self.rotate(algorithm)
        if any(_is_over(key, now) for key in self._keys.ring.contents.signing):
            await self._clear_away(now)

    async def add_data_key(self) -> str:
        """A new data key; everything is sealed under it once every replica has heard of it."""
        async with self._keys.changing() as change:
            now = self._clock.now()
            row = sealing.symmetric_row(
                change.master, sealing.DATA, now, now + self._settings.settling
            )
            await store.insert_keys(change.tx, [row])
            await self._note(change, f"data key {row['id']} added")
        await self._keys.refresh()
        return str(row["id"])

    def _is_due(self, algorithm: str, now: datetime) -> bool:
        keys = [key for key in self._keys.ring.contents.signing if key.algorithm == algorithm]
        if not keys:
            return False
        youngest = max(keys, key=lambda key: key.used_from)
        return now >= youngest.used_from + self._settings.rotation_age - self._settings.lead

    async def _insert(self, change: Change, private: Any, now: datetime, starts: datetime) -> str:
        seconds = max((row.longest_token_s or 0 for row in _signing(change)), default=0)
        row = sealing.signing_row(
            change.master,
            private,
            created_at=now,
            used_from=starts,
            longest_token=max(timedelta(seconds=seconds), self._settings.longest_token),
        )
        await store.insert_keys(change.tx, [row])
        return str(row["id"])

    async def _clear_away(self, now: datetime) -> None:
        async with self._keys.changing() as change:
            # Read anew: another replica may have been here.
            for row in _signing(change):
                key = sealing.signing_key(row, None, self._settings.longest_token)
                state = key.state(now)
                if state is KeyState.RETIRED:
                    await store.delete_key(change.tx, key.kid)
                elif state is KeyState.PUBLISHED:
                    await store.set_sealed(change.tx, key.kid, b"")
        await self._keys.refresh()

    async def _note(self, change: Change, reason: str) -> None:
        event = AuditEvent(AuditKind.KEYS_CHANGED, reason, self._clock.now())
        await audit.record(change.tx, event)

    def _known(self, kid: str) -> SigningKey:
        return next(key for key in self._keys.ring.contents.signing if key.kid == kid)


def _signing(change: Change) -> list[Any]:
    return [row for row in change.rows if row.purpose == sealing.SIGNING]


def _begins(row: Any) -> datetime:
    begins: datetime = row.used_from or row.created_at
    return begins


def _current_and_next(change: Change, algorithm: str, now: datetime) -> tuple[Any, Any]:
    """The row that signs now and the one that will; None where there is none."""
    able = [row for row in _signing(change) if row.algorithm == algorithm and row.sealed]
    begun = [row for row in able if _begins(row) <= now]
    later = [row for row in able if _begins(row) > now]
    if not begun and later:
        # A sandbox's clock was set back behind the first key's first day: that one signs.
        begun = [later.pop(later.index(min(later, key=_begins)))]
    return max(begun, key=_begins, default=None), min(later, key=_begins, default=None)


def _is_over(key: SigningKey, now: datetime) -> bool:
    state = key.state(now)
    return state is KeyState.RETIRED or (state is KeyState.PUBLISHED and key.private is not None)
