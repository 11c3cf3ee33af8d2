"""Errors that people read: what is wrong, where, and how to mend it, on one line."""

from __future__ import annotations

from functools import partial
from typing import Any


class StridecueError(Exception):
    """Base of every error whose text is meant for the user.

    Attributes
    ----------
    exit_code : int
        2 where the user's input is wrong, 3 where a device or server is not there.

    """

    exit_code = 2

    def __init__(self, what: str, *, where: str, mend: str) -> None:
        """Say what is wrong, where, and how to mend it."""
        super().__init__(f"{where}: {what}; {mend}")
        self.what = what
        self.where = where
        self.mend = mend

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it travel between processes."""
        return partial(type(self), where=self.where, mend=self.mend), (self.what,)


class InputError(StridecueError):
    """A file or an option cannot be used as given."""


class SettingsError(StridecueError):
    """A setting is unknown or has a value it cannot have."""


class RecordingError(StridecueError):
    """A recording cannot be read or written."""


class SensorNotFoundError(StridecueError):
    """No such sensor, or no adapter to look for it with."""

    exit_code = 3


class ServiceError(StridecueError):
    """A port, a disk, a broker or a database is not there for us."""

    exit_code = 3
