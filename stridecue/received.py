"""Where raw samples lie: a folder beside the store, tidied and erased with it."""

from __future__ import annotations

from pathlib import Path

from stridecue.settings import Settings

_FOLDER = "received"
OVER = ".scue"  # ends the file of a session that is over; of one under way it may be another


def raw_folder(settings: Settings) -> Path:
    """Return the folder of raw samples: what gateways sent to a worker, and what `run` heard."""
    return settings.store_path().with_name(_FOLDER)
