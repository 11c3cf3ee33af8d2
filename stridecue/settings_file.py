"""Runners and shoes that commands write into a settings file; the rest of it stays as it was."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from analytics.errors import SettingsError
from stridecue.settings import Settings, settings_of

Entry = Mapping[str, Any]


def add_runner(path: Path, entry: Entry) -> Settings:
    """Add a `[[runners]]` entry, in a new file if there is none; return the settings then.

    Raises
    ------
    SettingsError
        The runner is there already, the file cannot be read, or a value cannot be.

    """
    whole = _read(path)
    _check_new(whole, path, "runners", {"id": entry["id"]})
    _append(whole, "runners", entry)
    return _write(whole, path)


def add_shoes(path: Path, entry: Entry, *, usual: bool) -> Settings:
    """Add a `[[shoes]]` entry, as the pair that its runner usually wears if so; as `add_runner`."""
    whole = _read(path)
    _check_new(whole, path, "shoes", {"id": entry["id"], "runner": entry["runner"]})
    _append(whole, "shoes", entry)
    if usual:
        runner = _find(whole, "runners", {"id": entry["runner"]})
        if runner is None:
            _append(whole, "runners", {"id": entry["runner"], "shoe": entry["id"]})
        else:
            runner["shoe"] = entry["id"]
    return _write(whole, path)


def take_out_shoes(path: Path, *, shoe: str, runner: str) -> bool:
    """Take a pair out of the file, also as somebody's usual one; False where it is not there."""
    whole = _read(path)
    entry = _find(whole, "shoes", {"id": shoe, "runner": runner})
    if entry is None:
        return False
    pairs: Any = whole["shoes"]
    pairs.remove(entry)
    if not pairs:
        del whole["shoes"]
    wearer = _find(whole, "runners", {"id": runner, "shoe": shoe})
    if wearer is not None:
        del wearer["shoe"]
    _write(whole, path)
    return True


def _read(path: Path) -> TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        mend = "write it as TOML, see docs/settings.md"
        raise SettingsError(f"cannot be read: {error}", where=str(path), mend=mend) from error


def _find(whole: TOMLDocument, section: str, keys: Entry) -> Any:  # noqa: ANN401 - tomlkit's own
    for entry in whole.get(section, ()):
        if keys.items() <= entry.unwrap().items():
            return entry
    return None


def _check_new(whole: TOMLDocument, path: Path, section: str, keys: Entry) -> None:
    if _find(whole, section, keys) is not None:
        what = f"{keys['id']} is there already"
        raise SettingsError(what, where=f"{path}, {section}", mend="edit the entry in the file")


def _append(whole: TOMLDocument, section: str, entry: Entry) -> None:
    table = tomlkit.table()
    table.update({key: value for key, value in entry.items() if value is not None})
    whole.setdefault(section, tomlkit.aot()).append(table)


def _write(whole: TOMLDocument, path: Path) -> Settings:
    """Write the file whole or not at all, and not unless it holds good settings."""
    settings = settings_of(whole.unwrap(), path)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8") as file:
            file.write(tomlkit.dumps(whole))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        mend = "check the folder, its rights and its space"
        raise SettingsError(f"cannot be written: {error}", where=str(path), mend=mend) from error
    return settings
