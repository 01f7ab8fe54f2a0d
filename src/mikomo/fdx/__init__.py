"""The data API at `/fdx/v5`: what the bank knows of a person, in wrapped FDX form.

Owns what an access token opens, how a question is read (parameters, times, pages, media types) and
how a refusal reads in FDX words. It serves the catalogue's bytes unchanged, leaves the drawing of
statements and tax forms to `mikomo.documents`, and writes nothing but when a connection was last
used. Networks call it.
"""
