"""What the bank remembers across a restart, in one SQLite file of its data directory.

Owns the schema and every SQL statement: authorizations under way, codes, connections with their
tokens, browser sessions, and the bank's own secrets. Tokens and codes are kept as SHA-256 only,
so a stolen file opens nothing. It decides nothing about who may do what: `oauth`, `signin`, `fdx`
and `consumer` call it. No account data is ever written here.
"""
