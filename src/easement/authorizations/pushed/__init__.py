"""Pushed requests: what an app sends ahead of the consumer's browser (RFC 9126).

Owns the request URIs, their short life, and that each leads to one decision only. What an app asks
for lies sealed until then, because a ``login_hint`` is a person's name. Never judges a request:
that is the authorization server's table of checks, at the push and again in the browser.
"""
