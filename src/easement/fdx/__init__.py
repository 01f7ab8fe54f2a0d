"""FDX: the words of the Financial Data Exchange API, without I/O.

Owns error codes with their HTTP statuses and messages, and the account categories. Never parses or
sends anything. Called by connectors, which speak FDX to banks, and by the gateway, which speaks it
to apps.
"""
