"""The token endpoint (RFC 6749 3.2).

`endpoint.py` runs the phases that all grant types share: form, client, grant type; `grants/` has
one file a grant type; `answer.py` makes the token response. A refusal is returned, not raised, so
that what it changed is committed.
"""
