"""`python -m stridecue` is the `stridecue` command."""

from stridecue.start import main

main()
