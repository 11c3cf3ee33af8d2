"""Where the compiled kernels lie, and whether they are there; known without loading numba.

numba notices an edit in the file of a kernel that it keeps, but not in the files of the kernels
that this one calls. So there is a folder for each state of the sources as a whole.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_SOURCES = Path(__file__).parent
_BESIDE = _SOURCES / "__pycache__"
_COMPLETE = "complete"
_CLAIMED, _TAKES_AT_MOST_S = "claimed", 600.0  # on a Raspberry Pi
_KEPT = 3  # states of the sources, for those who go back and forth between two


def folder() -> Path:
    """Return where numba keeps the machine code of the kernels as they are now."""
    facts = [version("numba"), platform.python_version(), platform.machine()]
    for path in sorted(_SOURCES.glob("*.py")):
        about = path.stat()
        facts.append(f"{path.name} {about.st_size} {about.st_mtime_ns}")
    state = hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]
    return _root() / f"kernels-{state}"


def is_complete() -> bool:
    """Return whether nothing is left to compile."""
    return (folder() / _COMPLETE).exists()


def complete() -> None:
    """Note that everything was compiled, and forget the sources' states of long ago."""
    now = folder()
    now.mkdir(parents=True, exist_ok=True)
    (now / _COMPLETE).touch()
    known = sorted(_root().glob("kernels-*"), key=lambda path: path.stat().st_mtime)
    for old in known[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def claim() -> bool:
    """Tell whether nobody has begun to compile this lately; if so, it is the caller's to do."""
    begun = folder() / _CLAIMED
    with suppress(OSError):
        age_s = datetime.now(UTC).timestamp() - begun.stat().st_mtime
        if 0.0 <= age_s < _TAKES_AT_MOST_S:
            return False
    begun.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    return True


def _root() -> Path:
    """Return a folder that can be written to: beside the sources, or a user's own."""
    if wished := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(wished)
    beside = _BESIDE if _BESIDE.is_dir() else _SOURCES
    if os.access(beside, os.W_OK):
        return _BESIDE
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "stridecue" if os.access(cache, os.W_OK) else Path(tempfile.gettempdir())
