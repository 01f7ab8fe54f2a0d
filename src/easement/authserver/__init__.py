"""The authorization server: OAuth 2.0 code grant and OpenID Connect for data recipients.

Owns `/auth` with the consent flow behind it and `/par` before it, `/token` and `/oauth2/token`,
`/revoke` and `/token/revoke`, `/introspect`, `/userinfo`, `/logout`, discovery and keys. Follow a
request from `authorize/endpoint.py` or `token/endpoint.py`: each is a visible list of steps. Never
reads account data beyond the list a consumer chooses from; every rule about grants, tokens and apps
is asked of the domain packages.
"""
