"""Triggers: their conditions, and the packs they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.calls.base import CallRulesBroken, Triggered, Whispered
from services.calls.meanings.rules import MeaningRules
from services.calls.trigger_files import MOST_WORDS, read_triggers
from tests.services.calls.conftest import SHIPPED, Line

PACKS = sorted((SHIPPED / "triggers").glob("*.toml"))


def pack(tmp_path: Path, text: str, rules: MeaningRules, planned_s: float = 0.0) -> Line:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return Line(rules, read_triggers([path], rules.names), planned_s)


def fired(line: Line) -> list[str]:
    return [each.trigger for each in line.events if isinstance(each, Triggered)]


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_the_packs_are_sound(path: Path, rules: MeaningRules) -> None:
    for trigger in read_triggers([path], rules.names):
        assert 0 < len(trigger.whisper.split()) <= MOST_WORDS


def test_asked_twice_within_a_time(tmp_path: Path, rules: MeaningRules) -> None:
    line = pack(
        tmp_path,
        '[[trigger]]\nname = "twice"\nmeaning = "price_asked"\nside = "other"\ncount = 2\nwithin_s = 60\n'
        'whisper = "{who} asked {count} times"',
        rules,
    )
    line.say("other", "How much is it?")
    line.say("owner", "How much is what?")
    assert fired(line) == []
    line.say("other", "What does it cost?", pause_s=70)
    assert fired(line) == []  # the first was too long ago
    (event,) = [each for each in line.say("other", "So how much is it?") if isinstance(each, Triggered)]
    assert event.whisper == "Tom asked 2 times"


def test_whose_question_was_passed_over(tmp_path: Path, rules: MeaningRules) -> None:
    line = pack(
        tmp_path,
        '[[trigger]]\nname = "open"\nmeaning = "question_unanswered"\nside = "other"\nwhisper = "{who} still waits"',
        rules,
    )
    line.say("other", "Are we doing the stollen this year or not?")
    line.say("owner", "Oh, before I forget, the inspector was at the chip shop on Friday, and she found a mouse.")
    line.say("other", "A mouse! Battered?")
    assert [each.whisper for each in line.events if isinstance(each, Triggered)] == ["Tom still waits"]


def test_it_cools_down(tmp_path: Path, rules: MeaningRules) -> None:
    line = pack(tmp_path, '[[trigger]]\nname = "rain"\nwords = ["rain[ing]"]\ncool_down_s = 30\nwhisper = "wet"', rules)
    for pause in (0.5, 5, 5, 40):
        line.say("other", "It's raining again.", pause_s=pause)
    assert fired(line) == ["rain", "rain"]


def test_a_monologue_ends_with_the_others_word_but_not_with_a_nod(tmp_path: Path, rules: MeaningRules) -> None:
    line = pack(
        tmp_path,
        '[[trigger]]\nname = "long"\nmeasure = "run_s"\nside = "owner"\nabove = 30\nwhisper = "{seconds} seconds"',
        rules,
    )
    line.say("owner", "And then there was the matter of the roof.", lasts_s=20)
    line.say("other", "Mhm.", lasts_s=0.5)
    line.wait(1)
    assert fired(line) == []
    line.say("owner", "And of the chimney, and the gutter.", lasts_s=15)
    line.wait(1)
    assert fired(line) == ["long"]


def test_goodbye_without_a_next_step(tmp_path: Path, rules: MeaningRules) -> None:
    text = '[[trigger]]\nname = "end"\nmeaning = "goodbye"\nunless = ["promise"]\nwhisper = "No next step"'
    line = pack(tmp_path, text, rules)
    line.say("other", "Right, bye now!")
    assert fired(line) == ["end"]
    agreed = pack(tmp_path, text, rules)
    agreed.say("owner", "I'll send you the quote tomorrow.")
    agreed.say("other", "Right, bye now!")
    assert fired(agreed) == []


def test_time_against_the_planned_one(tmp_path: Path, rules: MeaningRules) -> None:
    text = '[[trigger]]\nname = "over"\nmeasure = "over_s"\nabove = 0\nwhisper = "Time is up"'
    line = pack(tmp_path, text, rules, planned_s=60)
    line.say("other", "Let's talk about the roof.", lasts_s=50)
    line.wait(5)
    assert fired(line) == []
    line.wait(10)
    assert fired(line) == ["over"]
    unplanned = pack(tmp_path, text, rules)
    unplanned.wait(100)
    assert fired(unplanned) == []


BROKEN = """
[[trigger]]
name = "Price"
meaning = "price_asked"

[[trigger]]
name = "two"
meaning = "price_asked"
words = ["rain"]

[[trigger]]
name = "long"
measure = "run_s"
whisper = "one two three four five six seven eight nine"
above = 3

[[trigger]]
name = "unknown"
meaning = "prices"
whisper = "{whom} asks"

[[trigger]]
name = "template"
words = ["(rain"]
colour = "red"
"""


def test_all_mistakes_of_a_pack_are_told_at_once(tmp_path: Path, rules: MeaningRules) -> None:
    with pytest.raises(CallRulesBroken) as broken:
        pack(tmp_path, BROKEN, rules)
    told = str(broken.value)
    for mistake in (
        "Price",
        "one of meaning, words and measure",
        "at most 8 words",
        "no meaning prices",
        "{whom}",
        "colour",
    ):
        assert mistake in told


def test_a_file_that_is_no_toml_is_told(tmp_path: Path, rules: MeaningRules) -> None:
    with pytest.raises(CallRulesBroken, match=r"mine\.toml can't be read"):
        pack(tmp_path, "[[trigger\n", rules)


def test_whispers_wait_for_the_owner_to_stop_speaking(tmp_path: Path, rules: MeaningRules) -> None:
    text = '[[trigger]]\nname = "rain"\nwords = ["rain"]\nwhisper = "wet"\n'
    line = pack(tmp_path, text, rules)
    line.say("other", "All this rain.")
    assert not [each for each in line.wait(2, speaking=["owner"]) if isinstance(each, Whispered)]
    assert [each.words for each in line.wait(1) if isinstance(each, Whispered)] == ["wet"]
    urgent = pack(tmp_path, f"{text}urgent = true", rules)
    urgent.say("other", "All this rain.")
    assert [each.words for each in urgent.wait(1, speaking=["owner"]) if isinstance(each, Whispered)] == ["wet"]


def test_who_speaks_at_length_is_not_silent(tmp_path: Path, rules: MeaningRules) -> None:
    support = (SHIPPED / "triggers" / "support.toml",)
    line = Line(rules, read_triggers(support, rules.names))
    line.say("other", "Hello, is this the support?")
    spoken = line.wait(19.0, speaking=["owner"])
    assert not [each for each in spoken if isinstance(each, Triggered)]
    quiet = line.wait(19.0)
    assert [each.trigger for each in quiet if isinstance(each, Triggered)] == ["long_silence"]
    on_hold = line.wait(300.0)
    assert not [each for each in on_hold if isinstance(each, Triggered)], "once in a silence"
    line.say("owner", "I am back.")
    again = line.wait(60.0)
    assert [each.trigger for each in again if isinstance(each, Triggered)] == ["long_silence"]
