"""Providers: the directory of banks, their policy, and the sealed tokens of each connection.

Owns how a bank is reached (protocol and settings), what it allows, and the bank tokens of every
consumer connection, which it seals, refreshes once for all who wait, and retires at the bank when
the grant ends. Never sees account data. Called by consent and the surfaces.
"""
