"""Requests of commands to the network on this machine: straight there, and nowhere else.

They carry the control token or an app's secret. The proxy that the environment names, or a server
that redirects, must not get to read it.
"""

import urllib.request
from typing import Any


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        """Nothing is asked instead: the redirect is an answer like any refusal."""


ask = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects()).open
"""As `urllib.request.urlopen`; a redirect raises `HTTPError`."""
