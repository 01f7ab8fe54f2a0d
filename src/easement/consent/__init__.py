"""Consent: who let which app read which accounts at which provider, until when.

Owns the consent grants and every change of their state; each change writes its event to the outbox
in the same transaction. Sits above tokens: a token carries a grant's id, and ending a grant ends
them all. Never speaks HTTP, never holds a bank's token. Called by the surfaces.
"""
