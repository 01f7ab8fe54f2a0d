"""The control API at `/control`: a developer's hand on the sandbox.

Owns what a test does to the bank between two calls: move the clock, break and heal endpoints, put
everything back to the seed, stop or narrow a connection as the consumer would, and read the last
calls. Served only where a control token is set, to callers on the same host who show it. It
decides nothing by itself: it sets `faults`, the clock and the stores, and the endpoints follow.
"""
