"""Activity: who called which product when, with which result.

Owns the call records of the product API, written in batches beside the requests. Never holds a
body, a query or a token, so that support can answer "what happened" without seeing a person's data.
Called by the gateway (record), by a job (flush) and by whoever shows the records.
"""
