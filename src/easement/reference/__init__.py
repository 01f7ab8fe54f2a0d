"""The network's description of itself: OpenAPI, its pages at `/docs`, a Postman collection.

Owns the OpenAPI document, what is made from it and how it is shown; tests hold every word of it to
what the other surfaces really do. Serves no data and imports no other surface: the composition root
hands in the settings that the document follows.
"""
