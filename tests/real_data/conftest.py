"""Where the optional recordings lie; without them their tests are skipped in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the folder of recordings: STRIDECUE_DATA, or ../shared/data beside the project."""
    folder = Path(os.environ.get("STRIDECUE_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "README.md").exists():
        pytest.skip("optional recordings are not here: set STRIDECUE_DATA to their folder")
    return folder
