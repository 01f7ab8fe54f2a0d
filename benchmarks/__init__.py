"""Measures a whole network with its bank as a stranger would run it, over HTTP on loopback.

Owns the load, the servers it compares with and the report; starts every process it measures and
stops it again. Never reaches into the running network: what is measured is `easement serve`, from
outside. Called by `benchmarks/run` and by nobody else. Linux only: it reads /proc.
"""
