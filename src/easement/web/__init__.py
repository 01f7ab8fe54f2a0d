"""Web: what the surfaces that speak HTTP share.

Interaction ids, security headers, pages and static files, forms, the browser cookie. Knows no
route and no rule of any surface. Built on Starlette, which nothing below this package imports.
"""
