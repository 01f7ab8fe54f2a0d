"""Keys: what the network signs, seals and hashes with.

Owns the signing keys of the id_tokens (published as a JWK Set), the data keys that seal secrets at
rest, the pepper of the keyed hashes and the key from which subjects are derived, and replaces those
that rotate. All are sealed under one master key that lies outside the database, or in it wrapped by
a key management service. Never hands out a private key; never decides who may use what. Called by
tokens, providers, recipients and the surfaces, through `KeyRing`; `Keys` keeps that true to the
database.
"""
