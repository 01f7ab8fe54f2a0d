"""Products: the catalogue of what an app can be allowed to read.

Owns the product names, their endpoints and data clusters with the words a consumer reads, the
versions of the product API as data, and which field of an account belongs to which product. Values
only: no I/O, no decision about who may. Called by everything that speaks of products: connectors,
recipients, consent, the consent page and the gateway.
"""
