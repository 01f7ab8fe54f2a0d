"""What can be wrong with keys."""


class MasterKeyError(Exception):
    """The master key is missing, malformed, or not the one the stored keys were sealed under."""
