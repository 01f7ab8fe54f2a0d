"""What the bank's surfaces share about HTTP: pages, forms, redirects, the browser cookie,
headers.

Owns how a page is rendered and protected (CSP, CSRF, no-store) and how a form body is read. It
knows no flow and no data: `signin`, `consumer`, `oauth` and `fdx` call it.
"""
