"""Statements and tax forms as files: PDF pages, and pictures of them.

Owns what stands on the pages and how they look. A document is worked out first (a sheet: plain,
comparable values) and drawn from the sheet alone, so the same sheet is the same bytes, and a drawn
one can be kept for the next caller. Drawing is slow: call it off the event loop. The libraries are
imported when the first document is drawn. It asks no store and no clock. The data API calls it.
"""
