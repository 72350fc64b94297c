"""`python -m zinute`."""

from zinute.cli import main

main()
