"""The sample recipient app: what a person sees when they link a bank for the first time.

It owns one button that links a bank through the network's real flow, and pages that show the
linked accounts with every request and response beside them. It talks to the network over HTTP
only, as any app would, and shares no code with it. Sessions and tokens live in this process's
memory and end with it; nothing is written to disk or to a log. The network mounts the ASGI app
that `create_app` returns under `/demo` in the sandbox; nobody else calls it.
"""

from easement_demo.app import create_app
from easement_demo.settings import DemoSettings

__all__ = ["DemoSettings", "create_app"]
