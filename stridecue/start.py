"""Begins the command: says what must be said before any library is loaded."""

import os

# Our linear algebra is a dozen unknowns at a time: threads only wait for each other there, a
# hundred times as long as the sum takes where the machine is busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from stridecue.cli import main

__all__ = ["main"]
