"""What can be wrong with keys."""


class MasterKeyError(Exception):
    """The master key is missing, malformed, or not the one the stored keys were sealed under."""


class NoSigningKeyError(Exception):
    """Nothing can be signed so: the algorithm has no key yet, or the key's end would come before
    the token's. `Keys.prepare` comes first."""


class UnknownKeyError(Exception):
    """There is no such signing key, or not one with which this can be done; says which."""
