"""Recipients: companies, their apps, credentials, redirect URIs and provider subscriptions.

Owns who a client is and what it may ask for. Client secrets are stored as keyed hashes. Never
issues tokens and knows no consumer. Called by the surfaces.
"""
