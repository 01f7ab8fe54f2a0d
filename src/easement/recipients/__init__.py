"""Recipients: companies, their apps, credentials, redirect URIs and provider subscriptions.

Owns who a client is, how it proves that (a secret, stored as a keyed hash, or its own public keys)
and what it may ask for; registers and changes apps, and names each field that is not as it must be.
Never issues tokens, never fetches an app's URLs, and knows no consumer. Called by the surfaces.
"""
