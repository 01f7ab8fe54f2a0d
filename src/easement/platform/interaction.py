"""Which request is under way, for what is written down about it far from any request object."""

from contextvars import ContextVar

current: ContextVar[str | None] = ContextVar("interaction_id", default=None)
"""The interaction id of the request that this task works for; None in jobs and commands."""
