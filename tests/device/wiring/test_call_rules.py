"""Packs of one's own beside the settings: added while it runs, and with mistakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from device.calls.known import empty_store
from device.configuration.load import load
from device.wiring.calls import rules as wiring
from device.wiring.calls.rules import (
    CallRules,
    PackUnknown,
    build_call_rules,
    build_call_setup,
    heard_names,
    usual_words,
)
from services.calls.base import CallSegment, Meant, Side
from services.calls.call import FollowedCall

OWN = """[[trigger]]
name = "parking"
words = ["where [can|do] i park"]
whisper = "Parking is behind the house"
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(wiring, "owner_files", lambda _: [tmp_path / "equerry.toml"])
    (tmp_path / "calls" / "triggers").mkdir(parents=True)
    return tmp_path / "calls" / "triggers"


def _names(rules: CallRules) -> set[str]:
    return {each.name for each in rules.triggers()}


def test_a_pack_of_ones_own_is_added_while_it_runs(own: Path) -> None:
    rules = build_call_rules(load(), "sales")
    before = _names(rules)
    assert "price_asked" in before and rules.refresh() == []
    (own / "sales.toml").write_text(OWN)
    assert rules.refresh() == []
    assert _names(rules) == before | {"parking"}


def test_all_mistakes_are_told_once_and_the_old_triggers_stay(own: Path) -> None:
    (own / "sales.toml").write_text(OWN)
    rules = build_call_rules(load(), "sales")
    before = _names(rules)
    (own / "sales.toml").write_text(
        OWN.replace("Parking is behind the house", "Parking is to be found right behind the old house")
        + '[[trigger]]\nname = "lost"\nmeaning = "nothing_known"\nwhisper = "{whom} is lost"\n'
    )
    (told,) = rules.refresh()
    assert "at most 8 words" in told and "no meaning nothing_known" in told and "no field {whom}" in told
    assert _names(rules) == before and rules.refresh() == []


def test_a_pack_that_is_nowhere_is_told_with_those_there_are(own: Path) -> None:
    with pytest.raises(PackUnknown, match="interview, sales, support, weekly"):
        build_call_rules(load(), "dentist")
    (own / "dentist.toml").write_text(OWN)
    assert _names(build_call_rules(load(), "dentist")) == {"parking"}


def test_a_competitor_is_known_by_its_sound() -> None:
    heard = heard_names(["Whitfield and Boyle"], usual_words(load()))
    assert heard("The chap from what field and boil came round.") == {"Whitfield and Boyle"}
    assert heard("The chap from the council came round.") == frozenset()


def test_a_call_tells_of_a_competitor_that_was_written_otherwise(tmp_path: Path) -> None:
    rules = build_call_rules(load(), "sales", ["Whitfield and Boyle"])
    names: dict[Side, str] = {"owner": "Anna", "other": "Tom"}
    with empty_store(tmp_path) as store:
        setup = build_call_setup(load(), rules, store, began=datetime(2026, 11, 25, 14, tzinfo=UTC), names=names)
        call = FollowedCall(replace(setup, learnt=None))
        events = call.feed(CallSegment("other", "Tom", 0.0, 3.0, "What field and boil did it for less last year."))
    assert [each.words for each in events if isinstance(each, Meant) and each.meaning == "competitor_named"] == [
        "Whitfield and Boyle"
    ]
