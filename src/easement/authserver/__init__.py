"""The authorization server: OAuth 2.0 code grant and OpenID Connect for data recipients.

Owns `/auth` with the consent flow behind it, `/token`, `/revoke` and `/token/revoke`, `/userinfo`,
discovery and keys. Follow a request from `authorize/endpoint.py` or `token/endpoint.py`: each is a
visible list of steps. Never reads account data beyond the list a consumer chooses from; every rule
about grants, tokens and apps is asked of the domain packages.
"""
