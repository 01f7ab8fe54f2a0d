"""Breaking the bank on purpose: which calls fail, how, and until when.

Owns the fault rules (kept in memory: a restart heals the bank), what a broken answer looks like
on each surface, and the way to end a connection without an answer. It stands around the whole
application as middleware, only where the control API is served, and knows nothing about what the
endpoints do. `control` sets its rules; one call may ask for a fault of its own by header.
"""
