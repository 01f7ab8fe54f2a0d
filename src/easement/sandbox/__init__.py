"""The sandbox's own API: what a developer's test needs and production never has.

Owns `/sandbox/v1`; here: a token set without a browser. Signs in at the sandbox bank with its
public passwords, over HTTP like a browser, and has no way into the network but the steps it is
handed. Absent in production.
"""
