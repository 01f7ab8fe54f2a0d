"""Easement: an open-finance data access network, compatible with the Akoya API.

It carries a person's financial data from their bank to the app they chose, for as long as they
allow it, and keeps none of it. Packages are layered (see docs/architecture.md): surfaces speak
HTTP, domains say what is true and who may, `platform` is the ground; imports point down only.
"""
