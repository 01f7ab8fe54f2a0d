"""FDX: the words of the Financial Data Exchange API, without I/O.

Owns error codes with their HTTP statuses and messages, the account categories, and how long a
consent lasts. Never parses or sends anything. Called by connectors, which speak FDX to banks, by
the gateway, which speaks it to apps, and by the domains that say how long an app may see data.
"""
