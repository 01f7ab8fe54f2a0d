"""Activity: who called which product when, with which result, and who was let do what, and why.

Owns the call records of the product API, written in batches beside the requests, and the reading
and keeping of the audit log, whose rows come from wherever a decision is made. Never holds a body,
a query or a token, so that support can answer "what happened" without seeing a person's data.
Called by the surfaces (record), by a job (flush) and by whoever shows the records.
"""
