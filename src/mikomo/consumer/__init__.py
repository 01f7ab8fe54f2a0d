"""The person's own area of the bank: who may see my data, and how to stop it.

Owns the home page, its sign-in and session, the list of connections and their revocation. It
grants nothing: connections begin only through `oauth` and `signin`. People's browsers call it.
"""
