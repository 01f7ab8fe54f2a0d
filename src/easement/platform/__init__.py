"""The ground everything stands on: clock, ids, database, outbox, change feed, HTTP client, sealing.

Knows no word of the domain: no grant, no token, no bank. Everything above may use it; it imports
nothing of Easement. What it offers is handed in by `main`, so that tests can replace time,
randomness and the outside world.
"""
