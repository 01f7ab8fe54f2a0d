"""The sandbox's own API and pages: what a developer's test needs and production never has.

Owns `/sandbox`: token sets without a browser, the clock, faults, grants as the consumer changes
them, the apps' rights, recent calls, and the way back to the seed. Moves the network through its
services and the sandbox bank over HTTP only, with its public passwords or its control token.
Answers callers on the same machine who show the control token. Absent in production.
"""
