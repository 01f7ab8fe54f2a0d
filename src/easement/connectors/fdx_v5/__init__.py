"""The connector to banks that speak FDX 5 in the wrapped form, with OpenID Connect sign-in.

Owns the requests to such a bank and the reading of its answers into the neutral account form. Keeps
nothing but the bank's public keys. Never refreshes a token on its own account and never retries a
data call: who holds the tokens decides that. Made by `connectors.registry`.
"""
