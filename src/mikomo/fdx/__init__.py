"""The data API at `/fdx/v5`: accounts, their contacts and the customer, in wrapped FDX form.

Owns what an access token opens and how a refusal reads in FDX words. It serves the catalogue's
bytes unchanged and writes nothing but when a connection was last used. Networks call it.
"""
