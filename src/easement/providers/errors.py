"""What can go wrong in the directory."""


class UnknownProviderError(Exception):
    """No provider of that id is in the directory."""


class ConnectionGoneError(Exception):
    """The connection was retired: its grant has ended."""
