"""Tokens: authorization codes, refresh-token families, access tokens and id_tokens.

Owns issuing, claiming and ending them: codes and refresh tokens are single use, claimed by one
conditional UPDATE. Only keyed hashes are stored. Knows a grant by its id alone; whether that grant
still stands is asked of consent by the caller. Called by the surfaces.
"""
