"""`python -m easement`."""

from easement.cli import main

main()
