"""The two pages a person sees when a network asks for access: sign-in, then the terms.

Owns the steps between the network's authorization request and the code, or the refusal, that goes
back to it. It issues no token, and it opens no session: every authorization asks who is there, so
that one browser can link several people one after another. `oauth` sends the browser here.
"""
