"""A whole call, and what remains of it."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.calls.base import CallSegment, Meant
from services.calls.meanings.rules import MeaningRules
from services.calls.measures import Measures
from services.calls.questions import OpenQuestions
from services.calls.summary import Gathered
from tests.services.calls.conftest import NAMES, Line


def segment(side: str, start_s: float, end_s: float, text: str) -> CallSegment:
    return CallSegment(side, NAMES[side], start_s, end_s, text)  # type: ignore[arg-type,index]


def test_shares_silences_and_interruptions() -> None:
    measures = Measures(planned_s=60)
    measures.take(segment("owner", 0, 6, "Um, how is the roof these days, then?"))
    measures.take(segment("other", 5, 8, "Let me tell you about the roof."))  # begins before the other ends
    measures.take(segment("owner", 12, 13, "Mhm."))
    told = measures.at(20)
    assert told.owner.share == pytest.approx(0.7) and told.owner.questions == 1 and told.owner.hesitations == 1
    assert told.other.interruptions == 1 and told.owner.interruptions == 0
    assert told.overlap_s == 1 and told.silence_s == 4 and told.last == "owner"
    assert told.other.pace == pytest.approx(140) and measures.quiet_s(20) == 7


def test_a_question_passed_over_stays_open(line: Line) -> None:
    line.say("other", "Is there any budget left for the new lamps?")
    events = line.say("owner", "Anyway, before I forget, the inspector is coming on the fourth.")
    assert [each.meaning for each in events if isinstance(each, Meant)] == ["question_unanswered"]
    (question,) = line.call.end(line.now_s).summary.open_questions
    assert question.text == "Is there any budget left for the new lamps?"


def test_an_answered_question_does_not(line: Line) -> None:
    line.say("other", "Is there any budget left for the new lamps?")
    line.say("owner", "A little, about four hundred.")
    assert line.call.end(line.now_s).summary.open_questions == ()


@pytest.mark.parametrize(
    "reply",
    [
        "The great thing about those lamps: you never see the cable.",
        "Could we go on to the next item?",
        "As I was saying, the inspector was here.",
        "I do understand your worry.",
    ],
)
def test_who_speaks_of_something_else_passes_a_question_over(line: Line, reply: str) -> None:
    line.say("other", "Who is going to pay for the broken window?")
    events = line.say("owner", reply)
    assert [each.meaning for each in events if isinstance(each, Meant)] == ["question_unanswered"]


def test_words_of_a_question_answer_it_unless_it_is_surely_passed_over(rules: MeaningRules) -> None:
    asked = segment("other", 0, 3, "Is there any budget left for the new lamps?")
    evades = segment("owner", 3.5, 6, "The lamps were Dennis's idea, he saw them in Ghent.")
    found = {}
    for likely in (0.4, 0.8):
        questions = OpenQuestions(lambda: rules)
        questions.take(asked)
        found[likely] = questions.take(evades, likely)
    assert found == {0.4: None, 0.8: asked}


@pytest.mark.parametrize("reply", ["When do you need them?", "Which of them do you mean?", "Say three o'clock?"])
def test_who_asks_back_passes_nothing_over(line: Line, reply: str) -> None:
    line.say("other", "Could you bring over the chairs for the party?")
    events = line.say("owner", reply)
    assert "question_unanswered" not in {each.meaning for each in events if isinstance(each, Meant)}


@pytest.mark.parametrize(
    "greeting",
    [
        "Hello, thanks for calling the paint shop.",
        "Thanks for calling, my name is Ines.",
        "Thanks for calling me back so quickly.",
    ],
)
def test_thanks_at_the_head_of_a_call_take_no_leave(line: Line, greeting: str) -> None:
    events = line.say("owner", greeting)
    assert "goodbye" not in {each.meaning for each in events if isinstance(each, Meant)}


def test_thanks_at_its_end_do(line: Line) -> None:
    events = line.say("owner", "Thanks for calling.")
    assert [each.meaning for each in events if isinstance(each, Meant)] == ["goodbye"]


def test_yes_to_a_request_is_a_promise_and_no_agreement(line: Line) -> None:
    line.say("other", "Could you send me the plan of the cellar?")
    events = line.say("owner", "Yes, that's fine.")
    assert not [each for each in events if isinstance(each, Meant)]
    line.say("other", "Shall we meet on Monday at ten?")
    events = line.say("owner", "Yes, that's fine.")
    assert [each.meaning for each in events if isinstance(each, Meant)] == ["agreement"]
    assert [each.what for each in line.call.end(line.now_s).summary.commitments] == [
        "send me the plan of the cellar",
        "meet",
    ]


def test_the_summary_has_only_what_was_said(line: Line) -> None:
    said = ["It's three thousand two hundred, by the 3rd of March.", "That is too expensive for us."]
    line.say("owner", said[0])
    line.say("other", said[1])
    summary = line.call.end(line.now_s).summary
    assert [figure for figure, _ in summary.figures] == ["three thousand two hundred", "3rd of March"]
    assert all(words in " ".join(said) for _, words in summary.figures)
    assert [each.words for each in summary.objections] == ["too expensive"]


def test_both_sides_the_same_words_break_nothing(line: Line) -> None:
    for _ in range(20):
        line.say("owner", "How much is it?", pause_s=-3)
        line.say("other", "How much is it?", pause_s=-3)
    assert line.call.end(line.now_s).summary.measured.owner.questions == 20


def test_an_hour_is_followed_in_bounded_memory_and_time(rules: MeaningRules) -> None:
    line = Line(rules)
    texts = ["I'll send you the quote number {} by Friday.", "How much is item {}, roughly?", "Oh, it's raining again."]
    tracemalloc.start()
    began = time.process_time()
    sizes = []
    for index in range(1_200):  # three seconds each
        line.events.clear()
        line.say("owner" if index % 2 else "other", texts[index % 3].format(index), lasts_s=2.5)
        sizes.append(tracemalloc.get_traced_memory()[0])
    took = time.process_time() - began
    tracemalloc.stop()
    summary = line.call.end(line.now_s).summary
    assert line.now_s == pytest.approx(3_600)
    assert len(summary.commitments) <= 200 and len(summary.figures) <= 60
    assert sizes[-1] - sizes[len(sizes) // 2] < 500_000
    assert took < 60


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["owner", "other"]), st.text(max_size=80)), max_size=8))
def test_whatever_is_said_nothing_breaks(rules: MeaningRules, turns: list[tuple[str, str]]) -> None:
    line = Line(rules)
    for side, text in turns:
        line.say(side, text)  # type: ignore[arg-type]
    line.wait(3)
    assert line.call.end(line.now_s).summary.measured.elapsed_s >= 0


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("You're at about three thousand two hundred.", ["three thousand two hundred"]),
        ("A hundred and twenty euros, or half a million.", ["A hundred and twenty euros", "half a million"]),
        ("With the guarantee in it, the ten-year one.", ["ten-year"]),
        ("He fell asleep in the first five minutes and then explained it.", ["five minutes"]),
        ("Two and a half hours, and half an hour for lunch.", ["Two and a half hours", "half an hour"]),
        ("3,200 euros by 5 December, at 10:30 on Friday.", ["3,200 euros", "5 December", "10:30", "Friday"]),
        ("Somebody'll pay good money for that one day, in one or two of them.", []),
    ],
)
def test_the_figures_that_are_noted(said: str, figures: list[str]) -> None:
    gathered = Gathered()
    gathered.take(segment("other", 0, 3, said), [])
    summary = gathered.summary(Measures().at(4.0), [])
    assert [figure for figure, _ in summary.figures] == figures
