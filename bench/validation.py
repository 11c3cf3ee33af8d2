"""Every metric against truth and beside published methods: recordings, then simulated runners.

`scripts/bench validation [--data DIR] [--json] [--write] [--quick]`, from anywhere. Recordings
are looked for in --data, in STRIDECUE_DATA, and in ../shared/data beside the project; without
them the simulated rows alone are run. --write makes docs/validation.md and its pictures anew.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from analytics.errors import InputError
from bench.truth import plots
from bench.truth.figures import all_rows
from bench.truth.measure import Measured, measure, simulate
from bench.truth.page import page
from bench.truth.recordings import Recording, recordings
from bench.truth.rows import Row

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
SLOW_PEERS = ("gaitmap (Kalman smoother)",)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit code 1 where a target is not met, 2 for a folder without recordings."""
    options = _options(arguments)
    skip = SLOW_PEERS if options.quick else ()
    with tempfile.TemporaryDirectory() as scratch:
        records = options.records or Path(scratch)
        try:
            todo = _recordings(options.data, records)
            found = measure(todo, records, skip=skip, progress=_tell)
        except (ValueError, InputError) as error:
            print(f"stridecue: {error}", file=sys.stderr)
            return 2
        simulate(found, quick=options.quick, skip=SLOW_PEERS, progress=_tell)
        rows = all_rows(found)
        _print(rows, as_json=options.json)
        if options.write:
            write(rows, found)
    return 1 if any(row.met() is False for row in rows) else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench validation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, help="folder of recordings with truth")
    parser.add_argument("--records", type=Path, help="keep our records of each recording here")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help="make docs/validation.md anew")
    parser.add_argument("--quick", action="store_true", help="fewer cells, no slow peers")
    return parser.parse_args(arguments)


def _recordings(data: Path | None, records: Path) -> list[Recording]:
    """Return what is to be measured; ValueError for a named folder that has none."""
    folder = data or _usual_folder()
    if folder is None:
        print("no recordings in ../shared/data: simulated rows alone", file=sys.stderr)
        return []
    if not folder.is_dir():
        raise ValueError(f"{folder}: there is no such folder; name one with --data")
    found = recordings(folder, records)
    if not found:
        raise ValueError(
            f"{folder}: holds no recording with truth; docs/validation.md shows the layouts"
        )
    return found


def _usual_folder() -> Path | None:
    named = os.environ.get("STRIDECUE_DATA")
    if named:
        return Path(named)
    beside = REPOSITORY.parent / "shared" / "data"
    return beside if beside.is_dir() else None


def write(rows: Sequence[Row], found: Measured) -> None:
    """Make docs/validation.md and its pictures."""
    pictures = plots.write(found, DOCS)
    (DOCS / "validation.md").write_text(page(rows, found, pictures), encoding="utf-8")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _print(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([row.as_json() for row in rows], indent=1))
        return
    for row in rows:
        print(row.as_text())
    behind = [row for row in rows if row.ahead() is False]
    missed = [row for row in rows if row.met() is False]
    print(f"{len(rows)} rows, {len(missed)} targets not met, {len(behind)} rows behind a peer")


if __name__ == "__main__":
    sys.exit(main())
