"""The bank's OAuth 2.0 and OpenID Connect server.

Owns discovery, the check of an authorization request, the token and revocation endpoints, and the
signing key. What the person sees and decides in between belongs to `signin`; what a token then
opens, to `fdx`. Networks call it: `/oauth/authorize` through a browser, the rest directly.
"""
