"""Identity: who signs in to the service APIs.

Owns the service credentials of recipients and providers (machines; their secrets as keyed hashes)
and the tokens they get for them. Such a token opens service APIs and never data; what opens data
opens nothing here. Knows an organisation by its id only. Called by the surfaces.
"""
