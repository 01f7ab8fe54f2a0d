"""Consumer sessions: whom a browser lately signed in, for which app, at which bank.

Owns the secret behind the session cookie, as a keyed hash, and how long it counts. A session lets
an app ask again without a page (``prompt=none``) for what was already permitted; it is no
permission and never makes one. Ended by time and by logout. Called by the authorization server.
"""
