"""Mikomo: the sandbox bank, a program of its own.

It owns its sign-in and terms pages, an OAuth 2.0 and OpenID Connect server at `/oauth`, an
FDX-style data API at `/fdx/v5`, and an area where the person sees which networks may read their
data and can stop each one. Networks reach it over HTTP only: it shares no code with them, so it
cannot agree with their mistakes. It never holds real money or real people's data; every sample
person stands in `data/`, with a password equal to the user name. Started by
`python -m mikomo`.
"""
