"""`stridecue runner add`, `shoe add`, `shoe show` and `shoe erase`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analytics.errors import SettingsError
from analytics.load.records import Effect
from analytics.records import PeakKind
from stridecue.cli import app
from stridecue.settings import load_settings
from stridecue.shoe_cli import impact_said

WRITTEN = """# ours
[team]
name = "club"   # as on the shirts

[[runners]]
id = "mia"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A settings file with a runner and comments; the store lies beside it."""
    monkeypatch.setenv("STRIDECUE_STORE__PATH", str(tmp_path / "s.db"))
    path = tmp_path / "stridecue.toml"
    path.write_text(WRITTEN)
    return path


def done(file: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--config", str(file)])


def said(file: Path, *words: str) -> str:
    result = done(file, *words)
    assert result.exception is None, result.output
    return result.output


def test_a_runner_is_added_and_every_comment_stays(file: Path) -> None:
    said(file, "runner", "add", "anna", "--name", "Anna", "--mode", "retrain")
    assert file.read_text().startswith(WRITTEN)
    mia, anna = load_settings(file).runners
    assert (mia.id, anna.id, anna.name, anna.mode) == ("mia", "anna", "Anna", "retrain")


def test_a_file_that_is_not_there_is_made(file: Path) -> None:
    new = file.with_name("new.toml")
    said(new, "runner", "add", "anna")
    assert [runner.id for runner in load_settings(new).runners] == ["anna"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["runner", "add", "mia"], "mia is there already"),
        (["runner", "add", "m/a"], r"\^\[A-Za-z0-9_.-\]\{1,64\}\$"),
        (["shoe", "add", "blue", "--runner", "m/a"], "shoes.0.runner"),
    ],
)
def test_what_cannot_be_is_refused_and_the_file_stays(
    file: Path, words: list[str], why: str
) -> None:
    error = done(file, *words).exception
    with pytest.raises(SettingsError, match=why):
        raise error or AssertionError
    assert file.read_text() == WRITTEN


def test_a_pair_is_added_shown_and_erased(file: Path) -> None:
    said(file, "shoe", "add", "blue", "--runner", "mia", "--km", "470", "--usual")
    assert load_settings(file).runners[0].shoe == "blue"
    told = json.loads(said(file, "shoe", "show", "blue", "--runner", "mia", "--json"))
    assert (told[0]["distance_m"], told[0]["state"]) == (470_000.0, "ok")
    assert "no runs in it" in said(file, "shoe", "show", "blue", "--runner", "mia")
    said(file, "shoe", "erase", "blue", "--runner", "mia")
    assert file.read_text() == WRITTEN
    assert "No shoes" in said(file, "shoe", "list")


def test_a_pair_of_a_runner_without_an_entry_makes_one_that_wears_it(file: Path) -> None:
    said(file, "shoe", "add", "blue", "--runner", "anna", "--usual")
    assert [(one.id, one.shoe) for one in load_settings(file).runners] == [
        ("mia", None),
        ("anna", "blue"),
    ]


def test_a_pair_that_nobody_registered_is_not_there_to_erase_or_to_show(file: Path) -> None:
    for word in ("erase", "show"):
        assert "shoe blue of mia" in str(
            done(file, "shoe", word, "blue", "--runner", "mia").exception
        )


@pytest.mark.parametrize(
    ("low_pct", "words"),
    [(1.0, "+5 % against red at 3.0 m/s (90 %: +1 to +9)"), (-1.0, "no clear difference")],
)
def test_impact_is_told_with_its_interval(low_pct: float, words: str) -> None:
    effect = Effect(
        runner="mia",
        what="blue",
        reference="red",
        n_runs=4,
        n_reference=5,
        peak=PeakKind.AXIAL,
        speed_mps=3.0,
        change_pct=5.0,
        low_pct=low_pct,
        high_pct=9.0,
    )
    assert words in impact_said(effect)
    assert ("no clear difference" in impact_said(effect)) is (low_pct < 0.0)
