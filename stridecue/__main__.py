"""`python -m stridecue` is the `stridecue` command."""

from stridecue.cli import main

main()
