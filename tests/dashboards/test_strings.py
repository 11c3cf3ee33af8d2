"""Every text of the pages stands in one file a kind of page, and every text there is used."""

from __future__ import annotations

import re

from analytics import signs, wording
from analytics.programme import ProgrammeSettings
from analytics.records import Placement, Side, Surface
from dashboards.web.shell import STATIC
from dashboards.words import WORDS

PAGE = (STATIC / "phone.html").read_text(encoding="utf-8")
STRINGS = (STATIC / "strings.js").read_text(encoding="utf-8")
SCRIPTS = "".join(
    (STATIC / f"{name}.js").read_text(encoding="utf-8")
    for name in ("phone", "setup", "after", "body", "voice", "device", "sharing")
)


def block(name: str) -> str:
    found = re.search(rf"const {name} = \{{\n(.*?)\n\}};", STRINGS, re.DOTALL)
    assert found
    return found.group(1)


KEYS = set(re.findall(r"^  (\w+): ", block("TEXT"), re.MULTILINE))


def test_every_text_the_page_names_is_there() -> None:
    named = set(re.findall(r'data-(?:t|label)="(\w+)"', PAGE)) | set(
        re.findall(r'\bt\("(\w+)"', SCRIPTS)
    )
    assert named <= KEYS
    assert len(named) > 80


def test_every_text_there_is_named_somewhere() -> None:
    everywhere = PAGE + SCRIPTS + STRINGS.replace(block("TEXT"), "")
    named_by_records = {str(one) for one in (*Surface, *Placement)}
    unused = {key for key in KEYS if not re.search(rf'["\s{{,\[]{key}["\s,}}\]:]', everywhere)}
    assert unused - named_by_records == set()


def test_the_page_itself_holds_no_words() -> None:
    body = re.sub(r"<noscript>.*?</noscript>", "", PAGE[PAGE.index("<body") :])
    words = [w.strip() for w in re.findall(r">([^<]+)<", body) if re.search(r"[A-Za-z]{2}", w)]
    assert words == ["stridecue"]


def test_the_services_words_can_be_translated() -> None:
    said = block("SAID")
    assert all(word in said for word in WORDS.values())


def test_every_cue_there_is_can_be_translated() -> None:
    said = block("SAID")
    probe_s = ProgrammeSettings().probe_s
    plain = (*signs.KINDS, wording.RECOVERED, wording.PRAISE, wording.PROBE, wording.RECALL)
    told = {wording.text_of(kind, probe_s=probe_s) for kind in plain if kind != signs.ASYMMETRY} | {
        wording.text_of(signs.ASYMMETRY, side) for side in Side
    }
    assert {text for text in told if f'"{text}": ' not in said} == set()


COACHS = ("coach", "pods", "runner", "session")
COACH_PAGES = "".join((STATIC / f"{name}.html").read_text(encoding="utf-8") for name in COACHS)
COACH_STRINGS = (STATIC / "coach_strings.js").read_text(encoding="utf-8")
COACH_SCRIPTS = "".join(
    path.read_text(encoding="utf-8")
    for path in STATIC.glob("*.js")
    if "coach_strings.js" in path.read_text(encoding="utf-8")
)


def coach_texts() -> str:
    found = re.search(r"const TEXT = \{\n(.*?)\n\};", COACH_STRINGS, re.DOTALL)
    assert found
    return found.group(1)


def test_the_coachs_texts_are_all_there_and_all_used() -> None:
    keys = set(re.findall(r"^  (\w+): ", coach_texts(), re.MULTILINE))
    named = set(re.findall(r'data-(?:t|label)="(\w+)"', COACH_PAGES))
    named |= set(re.findall(r'\bt\("(\w+)"', COACH_SCRIPTS))
    assert named <= keys
    everywhere = COACH_PAGES + COACH_SCRIPTS + COACH_STRINGS.replace(coach_texts(), "")
    by_reason = {"lasting", "swelling", "locking", "instability"}
    of_ages = {f"{unit}Ago" for unit in ("seconds", "minutes", "hours", "days")}
    unused = {key for key in keys if not re.search(rf'["\s{{,\[]{key}["\s,}}\]:]', everywhere)}
    assert unused - by_reason - of_ages == set()


def test_the_coachs_pages_themselves_hold_no_words() -> None:
    body = re.sub(r"<head>.*?</head>|<noscript>.*?</noscript>", "", COACH_PAGES, flags=re.DOTALL)
    words = [w.strip() for w in re.findall(r">([^<]+)<", body) if re.search(r"[A-Za-z]{2}", w)]
    assert set(words) == {"stridecue"}
