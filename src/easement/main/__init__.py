"""The composition root: settings become engines, services, surfaces and one ASGI application.

The only package that knows everybody; read `network.py` from top to bottom to see what the network
is made of. Holds no rule of its own. Called by the commands in `cli`.
"""
