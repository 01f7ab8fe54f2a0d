"""What can go wrong with a grant."""


class GrantEndedError(Exception):
    """The grant is unknown, expired or revoked: nothing may flow and nothing may be issued."""
