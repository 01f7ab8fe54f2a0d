"""Authorizations: requests under way, from `/auth` until the code is handed out.

Owns what the app asked for, which browser asked, and the step reached: ``provider`` (the consumer
is at the bank), ``exchanging`` (the bank's code is being exchanged), ``accounts`` (account
selection), then ``approved``, ``cancelled`` or ``failed``. Every step forward is one conditional
UPDATE, so that double submits and replayed callbacks do nothing twice. Beside them `pushed/`, what
apps sent ahead, and `sessions/`, whom a browser lately signed in. Never talks to a bank and never
issues tokens. Called by the authorization server.
"""
