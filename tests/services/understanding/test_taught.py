"""What the owner taught: in these very words, with other words in its slots, beside others, and nothing where it is not
for us.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.understanding.base import Command, Step
from services.understanding.parser import CommandParser
from services.understanding.sentences.lesson import lesson_of
from services.understanding.sentences.lessons import Lesson, Place, line_of, read_lessons
from services.understanding.sentences.taught import Taught

SENTENCES = Path(__file__).parents[3] / "config" / "sentences"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
PLAIN = CommandParser(SENTENCES)
LESSONS = {
    "chuck bread on the pile": "add bread to the shopping list",
    "grill me about the launch at nine": "remind me about the launch at nine",
    "crank out the brochure and let Ben know": "create a task the brochure and assign it to Ben",
    "egg time three minutes": "set a timer for three minutes",
    "zip it Jim": "stop",
    "the usual": "add milk and two eggs to the shopping list",
    "milk": "add milk to the shopping list",
    "is it the friday": "list my tasks for friday",
    "set an alarm for seven": "set a timer for seven minutes",
    "tell Anna it is lunch": "",
    "dig up rahul's debts": "how much does Rahul owe me",
    "flag the mail about bread": "add bread to the shopping list",
}


def lesson(sentence: str, meaning: str) -> Lesson:
    steps = PLAIN.parse(meaning, now=NOW).steps if meaning else ()
    assert steps or not meaning, meaning
    return lesson_of(sentence, steps, meaning, NOW)


def taught(folder: Path, lessons: dict[str, str]) -> CommandParser:
    path = folder / "taught.jsonl"
    path.write_text(
        "".join(f"{line_of(lesson(sentence, meaning))}\n" for sentence, meaning in lessons.items()), encoding="utf-8"
    )
    return CommandParser(SENTENCES, taught=path)


@pytest.fixture(scope="module")
def parser(tmp_path_factory: pytest.TempPathFactory) -> CommandParser:
    return taught(tmp_path_factory.mktemp("taught"), LESSONS)


def asked(command: Command) -> list[tuple[str, dict[str, object]]]:
    return [(step.action, dict(step.slots)) for step in command.steps]


@pytest.mark.parametrize("sentence", LESSONS)
def test_in_these_very_words(parser: CommandParser, sentence: str) -> None:
    wanted = asked(PLAIN.parse(LESSONS[sentence], now=NOW)) if LESSONS[sentence] else []
    for said in (sentence, sentence.upper() + ".", f"um, {sentence} please"):
        command = parser.parse(said, now=NOW)
        assert asked(command) == wanted and command.text == said
        assert command.source == ("template" if wanted else "none") and command.not_for_us is not bool(wanted)


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        (
            "could you chuck two apples and some honey on the pile",
            [("list.add", {"items": [{"item": "apples", "quantity": "two"}, {"item": "honey"}], "list": "shopping"})],
        ),
        (
            "chuck milk on the pile and set a timer for ten minutes",
            [
                ("list.add", {"items": [{"item": "milk"}], "list": "shopping"}),
                ("timer.start", {"duration": "ten minutes"}),
            ],
        ),
        (
            "grill me about the dentist tomorrow morning",
            [("reminder.create", {"title": "the dentist", "when": "tomorrow morning"})],
        ),
        (
            "grill me about the Friday report on Monday",
            [("reminder.create", {"title": "the Friday report", "when": "on Monday"})],
        ),
        (
            "crank out the poster by Monday and let Sarah and Mike know",
            [
                ("task.create", {"title": "the poster", "when": "by Monday"}),
                ("task.assign", {"title": "the poster", "assignees": ["Sarah", "Mike"]}),
            ],
        ),
        ("egg time ten minutes", [("timer.start", {"duration": "ten minutes"})]),
        ("dig up Priya's debts", [("ledger.balance", {"customer": "Priya"})]),
    ],
)
def test_with_other_words_in_its_slots(
    parser: CommandParser, said: str, steps: list[tuple[str, dict[str, object]]]
) -> None:
    command = parser.parse(said, now=NOW)
    assert asked(command) == steps and command.source == "template"
    assert all(step.after == (0,) for step in command.steps if step.action == "task.assign")


@pytest.mark.parametrize(
    "said",
    [
        *(
            "bread",
            "the usual suspects",
            "is it the monday",
            "egg time soon",
            "chuck on the pile",
            "grill me about the dentist",
            "zip it Tom",
        ),
        *(
            "tell Anna it is late",
            "set an alarm for eight",
            "add bread to the shopping list",
            "set a timer for ten minutes",
            "stop",
        ),
    ],
)
def test_all_else_is_as_before(parser: CommandParser, said: str) -> None:
    assert parser.parse(said, now=NOW) == PLAIN.parse(said, now=NOW)


def test_a_template_that_explains_more_goes_before_it(tmp_path: Path) -> None:
    parser = taught(tmp_path, {"get bread": "add bread to the shopping list"})
    assert asked(parser.parse("get butter", now=NOW)) == [
        ("list.add", {"items": [{"item": "butter"}], "list": "shopping"})
    ]
    assert parser.parse("get me a report on the tasks of this week", now=NOW).intent != "list.add"


def test_what_was_taught_later_counts(tmp_path: Path) -> None:
    parser = taught(tmp_path, {"chuck bread on the pile": "add bread to the shopping list", "chuck it on the pile": ""})
    path = tmp_path / "taught.jsonl"
    assert parser.parse("chuck it on the pile", now=NOW).steps == ()
    path.write_text(line_of(lesson("chuck eggs on the pile", "add eggs to the party list")) + "\n")
    assert asked(parser.parse("chuck wine on the pile", now=NOW)) == [
        ("list.add", {"items": [{"item": "wine"}], "list": "party"})
    ]
    path.unlink()
    assert parser.parse("chuck wine on the pile", now=NOW) == PLAIN.parse("chuck wine on the pile", now=NOW)


def test_broken_lines_and_what_there_is_no_more_are_passed_over(tmp_path: Path) -> None:
    good = lesson("egg time three minutes", "set a timer for three minutes")
    gone = Lesson("water the ferns", (Step("plants.water", {"plant": "ferns"}),), (Place(0, "plant", 2, 3, ""),))
    slot = Lesson(
        "tea time three minutes", (Step("timer.start", {"strength": "three"}),), (Place(0, "strength", 2, 3, ""),)
    )
    wrong = (
        *(
            "",
            "no json",
            "[]",
            "{}",
            '"x"',
            "null",
            "[" * 5000,
            '{"sentence": "x", "steps": [{}], "places": [], "meaning": "", "at": ""}',
        ),
        line_of(Lesson("", ())),
        line_of(Lesson("out of range", good.steps, (Place(3, "duration", 0, 1, ""),))),
        line_of(Lesson("nothing there", good.steps, (Place(0, "duration", 1, 1, ""),))),
        line_of(Lesson("behind its end", good.steps, (Place(0, "duration", 2, 9, ""),))),
        line_of(
            Lesson("one over the other", good.steps, (Place(0, "duration", 0, 2, ""), Place(0, "duration", 1, 3, "")))
        ),
        line_of(gone),
        line_of(slot),
    )
    path = tmp_path / "taught.jsonl"
    path.write_bytes("\n".join([*wrong, line_of(good)]).encode() + b"\n\xff\xfe\n")
    parser = CommandParser(SENTENCES, taught=path)
    assert asked(parser.parse("egg time nine minutes", now=NOW)) == [("timer.start", {"duration": "nine minutes"})]
    for said in ("water the ferns", "tea time three minutes", "out of range", "x"):
        assert parser.parse(said, now=NOW) == PLAIN.parse(said, now=NOW)


def test_a_line_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "taught.jsonl"
    lessons = [lesson(sentence, meaning) for sentence, meaning in LESSONS.items()]
    path.write_text("".join(f"{line_of(each)}\n" for each in lessons), encoding="utf-8")
    assert [each for _, each in read_lessons(path)] == lessons
    assert not read_lessons(tmp_path / "nowhere") and not Taught(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("sentence", "meaning", "places"),
    [
        ("chuck bread on the pile", "add bread to the shopping list", [(0, "items", 1, 2, "")]),
        ("egg time three minutes", "set a timer for three minutes", [(0, "duration", 2, 4, "duration")]),
        (
            "the launch, nag me at nine",
            "remind me about the launch at nine",
            [(0, "title", 0, 2, ""), (0, "when", 4, 6, "when")],
        ),
        ("the usual", "add milk to the shopping list", []),
    ],
)
def test_where_the_slots_stand(sentence: str, meaning: str, places: list[tuple[object, ...]]) -> None:
    assert [tuple(place) for place in lesson(sentence, meaning).places] == places


@pytest.mark.parametrize("sentence", ["milk", "the milk", "milk bread", "for the milk please"])
def test_too_few_words_to_tell_it_from_others(sentence: str) -> None:
    assert lesson(sentence, "add milk to the shopping list").pattern == () if "bread" not in sentence else True


@given(st.lists(st.sampled_from(["chuck", "it", "on", "the", "pile", "friday", "at", "nine", "and", "um", ","])))
def test_never_raises(words: list[str]) -> None:
    said = " ".join(words)
    for each in ("chuck it on the pile on friday", said):
        steps = (Step("task.create", {"title": "it", "when": "friday"}),)
        made = lesson_of(each, steps, "x", NOW)
        assert made.steps == steps and all(0 <= place.start < place.end <= len(made.words) for place in made.places)
        assert len(made.pattern) < 9


def test_many_gaps_take_bounded_time(tmp_path: Path) -> None:
    steps = tuple(Step("task.create", {"title": word}) for word in "bcdef")
    places = tuple(Place(at, "title", 2 * at + 1, 2 * at + 2, "") for at in range(5))
    path = tmp_path / "taught.jsonl"
    path.write_text(line_of(Lesson("zap b zap c zap d zap e zap f zap", steps, places)) + "\n")
    parser = CommandParser(SENTENCES, taught=path)
    assert parser.parse("zap " * 59 + "no", now=NOW).steps == ()
