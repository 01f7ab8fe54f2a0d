"""Connectors: the port to a bank, small capabilities of one to three methods each.

A protocol package (`fdx_v5`) implements what its banks have; the directory says which protocol and
settings a provider uses. Speaks HTTP to banks and turns their answers into one neutral account
form; never stores anything, never decides who may see what. Called by providers (tokens), by the
authorization flow (sign-in, account list) and by the gateway (data).
"""
