from pathlib import Path
from typing import get_args

import pytest

from analytics.errors import SettingsError
from sensor_gateway.profiles.known import PROFILES
from stridecue.roster import Section, SensorSettings
from stridecue.settings import Settings, load_settings

MISTAKES = [
    ('[web]\nport = "x"', r"web\.port: 'x' is not allowed; .*valid integer"),
    ("[wub]", "wub: unknown key; use one of team, runners, shoes, sensors"),
    ('[[runners]]\nid = "a"\nnam = 1', r"runners\.0\.nam: unknown key; use one of id, name, mode"),
    (
        '[[sensors]]\nrunner = "a"\nside = "up"\nplacement = "shin"',
        r"sensors\.0\.side: 'up' is not allowed; .*'left' or 'right'",
    ),
    (
        '[[sensors]]\nrunner = "a"\nside = "left"\nplacement = "shin"\nprofile = "polaar"',
        r"sensors\.0\.profile: 'polaar' is not allowed; .*'polar', 'movesense'",
    ),
    ("x =", "cannot be read"),
    ('[team]\nzone = "Mars/Olympus"', r"team\.zone: 'Mars/Olympus' .*no IANA time zone"),
    (
        '[[runners]]\nid = "a"\nshoe = "blue"\n[[shoes]]\nid = "red"\nrunner = "a"',
        r"shoes: .* has no pair blue of runner a",
    ),
    ('[[runners]]\nid = "a"\nshoe = "blue"', r"shoes: .* has no pair blue of runner a"),
    (
        '[[shoes]]\nid = "a"\nrunner = "a"\nretire_from_km = 600\nretire_to_km = 500',
        r"shoes\.0\.retire_to_km: 500 is not allowed; .* less than retire_from_km",
    ),
]


def settings_file(folder: Path, text: str) -> Path:
    path = folder / "stridecue.toml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(("text", "complaint"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(SettingsError, match=complaint) as caught:
        load_settings(settings_file(tmp_path, text))
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_every_profile_there_is_can_be_set() -> None:
    assert set(get_args(SensorSettings.model_fields["profile"].annotation)) == set(PROFILES)


def test_a_missing_file_is_said() -> None:
    with pytest.raises(SettingsError, match=r"nowhere\.toml: no such file"):
        load_settings(Path("nowhere.toml"))


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDECUE_WEB__PORT", "99")
    settings = load_settings(settings_file(tmp_path, "[web]\nport = 81\nlocal = true"))
    assert settings.web.port == 99
    assert settings.web.local


def test_a_mistyped_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDECUE_WUB__PORT", "99")
    with pytest.raises(SettingsError, match="STRIDECUE_WUB__PORT: no such setting"):
        load_settings(None)


def test_every_setting_stands_in_the_docs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    for section, field in Settings.model_fields.items():
        kinds = [a for a in (*get_args(field.annotation), field.annotation) if a is not Ellipsis]
        model = kinds[0]
        assert isinstance(model, type)
        assert issubclass(model, Section)
        for key in model.model_fields:
            assert f"`{section}.{key}`" in text, f"{section}.{key} is not in docs/settings.md"
