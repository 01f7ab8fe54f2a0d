"""The front door: the home page, which leads to what this network offers.

Owns `/` and nothing else; knows no domain beyond what it is handed to show.
"""
