"""The test bed: the real bank as a process, the real network in a thread, and who talks to them.

Owns starting and stopping them on free ports and fresh databases, a consumer who fills in pages,
and an app that calls the network. Asserts nothing about the network's rules: the tests do that.
Used by the fixtures in `tests/conftest.py` and by the tests of flows, contract, browser and serve.
"""
