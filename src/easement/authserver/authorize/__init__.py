"""The authorization endpoint and the consent flow behind it.

`endpoint.py` takes the app's request through the table of checks in `steps/`; `silent.py` answers
one that may show no page; `callback.py` is where the bank sends the consumer back to; `consent.py`
is the account selection. None of them calls another: the browser goes from one to the next, and the
stored step decides what is right. `flow.py` holds what they do, free of HTTP, so that a token set
can be made without a browser by the same steps.
"""
