"""The sandbox's pages at `/sandbox/`: the control API for people.

Own the sign-in by the printed URL, the forms and their proof against forgery. Decide nothing: each
form becomes a call of the same controls as in the API. Work without scripts.
"""
