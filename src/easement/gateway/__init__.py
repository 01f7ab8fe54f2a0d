"""The gateway: the product APIs, where an app reads the data it was allowed to read.

Owns every path under the product prefixes (`/accounts-info`, `/balances`, `/accounts` ...), the
order of the checks on a call, the shape of answers and errors. Never stores or logs a body and
decides nothing about consent: it asks. Plain ASGI, because this path is the one that is called a
million times a day. Routed to by the composition root; `ports` lists what it must be handed.
"""
