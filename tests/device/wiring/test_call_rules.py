"""Packs of one's own beside the settings: added while it runs, and with mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from device.configuration.load import load
from device.wiring.calls import rules as wiring
from device.wiring.calls.rules import CallRules, PackUnknown, build_call_rules

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
