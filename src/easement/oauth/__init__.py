"""Words of OAuth 2.0 and OpenID Connect: error codes, scope, PKCE, redirect URIs, at_hash.

Pure functions on strings with the RFC beside them; no I/O, no state, no knowledge of Easement.
"""
