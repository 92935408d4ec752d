"""The steps of the guide: a whole one, what answers mean, and whatever is answered: it ends, and writes nothing without
a yes.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.guide.answers import behind_no, name_in, spelled, way_of, yes_or_no
from device.guide.base import (
    STEPS,
    AnswerGiven,
    AwaitWake,
    Began,
    Did,
    Do,
    GuideEvent,
    Here,
    Measure,
    Measured,
    Missed,
    Move,
    Nobody,
    Prompt,
    Say,
    Settle,
    State,
    TeachVoice,
    TeachWord,
    Tell,
    TellEnded,
    Tune,
    Unheard,
    Woken,
)
from device.guide.steps import MOST_TRIES, QUESTIONS, advance

HERE = Here("desk", ("hey jarvis",))
FINE = Measured(-26.0, -66.0, said="Tomorrow I will buy bread")


def play(*events: GuideEvent, state: State | None = None, here: Here = HERE) -> tuple[State, list[Move]]:
    """All that it wants on the way."""
    state, wanted = advance(state or State(), Began(), here)
    moves = list(wanted)
    for event in events:
        state, wanted = advance(state, event, here)
        moves += wanted
    return state, moves


def said(moves: list[Move]) -> str:
    return " / ".join(move.text for move in moves if isinstance(move, Say | Prompt | Tell | AwaitWake | Measure))


def done(moves: list[Move]) -> list[Move]:
    return [move for move in moves if isinstance(move, Do | Tune | Settle)]


def test_from_the_first_word_to_the_last() -> None:
    state, moves = play(
        *(AnswerGiven("My name is Anna."), AnswerGiven("yes"), Did(True)),
        *(Woken(0.9), Woken(0.95), Woken(0.97)),
        FINE,
        *(AnswerGiven("yes, please"), AnswerGiven("Call it garden."), Did(True)),
        *(TellEnded(), TellEnded()),
    )
    assert state == State(step="", owner="Anna") and state.done
    person, project = done(moves)
    assert person == Do((("contact.create", {"name": "Anna", "role": "owner"}),))
    assert isinstance(project, Do) and [action for action, _ in project.steps] == [
        "project.create",
        *["task.create"] * 3,
    ]
    assert all("Garden" in (slots.get("name"), slots.get("project")) for _, slots in project.steps)
    assert "I heard it each time: 90 percent, 95 percent and 97 percent." in said(moves)


@pytest.mark.parametrize(
    ("answers", "owner"),
    [
        (["Anna", "no, Hannah", "yes"], "Hannah"),
        (["Anna", "no", "It's Hannah.", "yeah"], "Hannah"),
        (["Anna", "no", "Hanna", "no", "Hannah", "no"], ""),
        (["Anna", "blue", "blue", "blue"], ""),
        (["Anna", "no, Ann", "no, Annie", "no, Anja"], ""),
        (["42", "?!", "no"], ""),
        (["42", "?!", "   "], ""),
        (["skip"], ""),
        (["Anna", "skip"], ""),
        (["Anna", "what did you say", "yes"], "Anna"),
        (["My name is Anna Maria Müller-Lüdenscheidt, please", "that's right"], "Anna Maria Müller-Lüdenscheidt"),
    ],
)
def test_names_are_misheard(answers: list[str], owner: str) -> None:
    state, moves = play(*map(AnswerGiven, answers))
    if owner:
        assert state.at == "name kept" and moves[-1] == Do((("contact.create", {"name": owner, "role": "owner"}),))
    else:
        assert state.step == "wake" and not done(moves)


def test_somebody_of_that_name_is_there() -> None:
    there = Did(False, "There is a Anna in your contacts already. Shall I add the role there?", asks=True)
    state, moves = play(AnswerGiven("Anna"), AnswerGiven("yes"), there)
    assert "There is somebody called Anna in your contacts already. Is that you?" in said(moves)
    mine, moves = advance(state, AnswerGiven("yes"), HERE)
    assert moves == (Do((("contact.update", {"name": "Anna", "role": "owner"}),)),)
    assert advance(mine, Did(True), HERE)[0].owner == "Anna"
    assert advance(state, AnswerGiven("no"), HERE)[0] == replace(State("wake"), at="wake")


@pytest.mark.parametrize(
    ("heard", "asks"),
    [
        ([Woken(0.9)] * 3, False),
        ([Woken(0.55), Woken(0.9), Woken(0.9)], True),
        ([Missed(near=True), Woken(0.9), Woken(0.9), Woken(0.9)], True),
        ([Missed(near=True), Missed()], True),
        ([Missed(), Missed()], False),
        ([Woken(0.9), Missed(), Woken(0.9), Missed(), Missed()], True),
    ],
)
def test_a_wake_word_that_is_hardly_heard_leads_to_a_question(heard: list[GuideEvent], asks: bool) -> None:
    state, moves = play(*heard, state=State("wake"))
    assert (state.at == "wake closer") == asks and not done(moves)
    if asks:
        assert advance(state, AnswerGiven("yes"), HERE)[1] == (Tune(0.4),)
        declined, moves_ = advance(state, AnswerGiven("no"), HERE)
        assert declined.step == "level" and not done(list(moves_))
    else:
        assert state.step == "level"


def test_it_never_listens_so_closely_that_anything_wakes_it() -> None:
    state, moves = play(Woken(0.4), Woken(0.4), Woken(0.4), state=State("wake"), here=replace(HERE, threshold=0.35))
    assert state.step == "level" and "equerry wake test" in said(moves)


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        (Measured(-60, -75), "too quiet"),
        (Measured(-8, -60), "too loud"),
        (Measured(-20, -60, clipped=True), "too loud"),
        (Measured(-40, -45), "noise of the room"),
        (FINE, "I hear you well"),
    ],
)
def test_a_sentence_tells_how_well_one_is_heard(measured: Measured, words: str) -> None:
    state, moves = play(measured, state=State("level"))
    assert words in said(moves)
    assert state.step == ("project" if measured is FINE else "level")
    again, _ = advance(state, measured, HERE)
    assert again.step == "project", "once more, and no third time"


@pytest.mark.parametrize("answer", ["no", "not now", "never mind", "skip", "no thanks"])
def test_no_project_without_a_yes(answer: str) -> None:
    state, moves = play(AnswerGiven(answer), state=State("project"))
    assert state.step == "privacy" and not done(moves)


NOWHERE = replace(HERE, asks_zone=True, now="6:46 PM")
AT_ZONE = State("zone")


def answers(*texts: str) -> list[GuideEvent]:
    return [AnswerGiven(text) for text in texts]


def test_a_clock_that_is_right_is_not_asked_about_further() -> None:
    state, moves = play(*answers("yes"), state=AT_ZONE, here=NOWHERE)
    assert "My clock says 6:46 PM. Is that right where you are?" in said(moves)
    assert state.step == "privacy" and not done(moves)


@pytest.mark.parametrize(
    ("texts", "zone"),
    [
        (["no", "Berlin.", "yes"], "Europe/Berlin"),
        (["No, I'm in India", "yes"], "Asia/Kolkata"),
        (["no", "Germany", "yes"], "Europe/Berlin"),
        (["no", "Atlantis", "near New York, please", "yes"], "America/New_York"),
        (["no", "Australia", "Perth", "no", "Sydney", "yes"], "Australia/Sydney"),
    ],
    ids=" ".join,
)
def test_where_one_is_is_told_as_a_city_or_a_country(texts: list[str], zone: str) -> None:
    state, moves = play(*answers(*texts), state=AT_ZONE, here=NOWHERE)
    assert done(moves) == [Settle(zone)]
    state, moves = advance(state, Did(True, "All right."), NOWHERE)
    assert state.step == "privacy" and said([*moves]).startswith("All right.")


def test_of_a_land_with_several_times_the_city_is_asked() -> None:
    _, moves = play(*answers("no", "America"), state=AT_ZONE, here=NOWHERE)
    assert "There are several times there: " in said(moves) and said(moves).endswith("Or which country?")


def test_a_place_that_is_not_known_is_left() -> None:
    state, moves = play(*answers("no", *["Atlantis"] * MOST_TRIES), state=AT_ZONE, here=NOWHERE)
    assert state.step == "privacy" and not done(moves) and "equerry setup" in said(moves)


def test_privacy_is_three_true_sentences() -> None:
    for here, words in (
        (HERE, "kept as text for 30 days, and none of it leaves this device"),
        (HERE, "never keep or send sound."),
        (replace(HERE, keeps_sound=True), "of what wakes me for nothing I keep two seconds, as was set."),
        (replace(HERE, transcripts_days=1.0), "for 1 day,"),
        (replace(HERE, transcripts_days=0.0), "What you say is not kept"),
        (replace(HERE, shared=True), "nobody but the broker or bucket"),
        (replace(HERE, wake_words=()), "Until you press the button"),
    ):
        _, moves = play(state=State("privacy"), here=here)
        assert (
            words in said(moves) and said(moves).removeprefix("We were setting me up; let's go on. / ").count(". ") == 2
        )


def test_nobody_answers_twice_and_it_is_quiet() -> None:
    state, moves = play(Nobody())
    assert not state.waiting and isinstance(moves[-1], Prompt) and not moves[-1].text.startswith("Hello")
    state, wanted = advance(state, Nobody(), HERE)
    assert state.waiting and wanted == () and state.step == "name"
    back, wanted = advance(state, Began(), HERE)
    assert not back.waiting and back.silent == 0 and isinstance(wanted[-1], Prompt)


def test_without_a_wake_word_there_is_no_test_of_it() -> None:
    state, _ = play(AnswerGiven("skip"), here=replace(HERE, wake_words=()))
    assert state.step == "level"


TEACHES = replace(HERE, typed=True, teaches_word=True, teaches_voice=True)


def test_a_word_of_ones_own_is_tried_with_other_words_until_one_is_learnt() -> None:
    refused = Did(False, "“the” can't be a wake word: it is too short.")
    state, moves = play(*answers("yes", "the"), refused, AnswerGiven("Hey Matilda."), state=State("word"), here=TEACHES)
    assert moves[-1] == TeachWord("Hey Matilda") and TeachWord("the") in moves
    assert Say(refused.words) in moves, "why, before it asks again"
    assert advance(state, Did(True), TEACHES)[0].step == "project", "nobody was named: there is no voice to learn"
    assert advance(state, Unheard("No microphone."), TEACHES)[0].step == "project"


def test_a_word_is_not_tried_for_ever() -> None:
    tries = [event for _ in range(MOST_TRIES) for event in (AnswerGiven("the"), Did(False))]
    state, moves = play(AnswerGiven("yes"), *tries, state=State("word"), here=TEACHES)
    assert state.step == "project" and "equerry wake learn" in said(moves)


@pytest.mark.parametrize(("answer", "teaches"), [("yes", True), ("no", False), ("skip", False)])
def test_the_voice_of_the_owner_is_learnt_after_a_yes(answer: str, teaches: bool) -> None:
    state, moves = play(AnswerGiven(answer), state=State("voice", owner="Anna"), here=TEACHES)
    assert (TeachVoice("Anna") in moves) == teaches
    if teaches:
        state, _ = advance(state, Unheard("No microphone."), TEACHES)
    assert state.step == "project"


def test_what_can_not_be_learnt_here_is_left_out_also_where_it_was_left() -> None:
    assert play(state=State("word", owner="Anna"))[0].step == "project"
    assert play(state=State("level"), here=HERE)[0].step == "level"
    after, _ = play(FINE, state=State("level", owner="Anna"), here=replace(HERE, teaches_voice=True))
    assert after.step == "voice"


def test_typed_names_are_meant() -> None:
    state, moves = play(AnswerGiven("Anna"), here=replace(HERE, typed=True))
    assert state.at == "name kept" and len(done(moves)) == 1


@pytest.mark.parametrize(
    ("text", "way"),
    [
        *[
            (text, "later")
            for text in (
                "later",
                "Not now.",
                "Stop.",
                "skip the setup",
                "cancel",
                "Maybe later!",
                "Skip the set up, please.",
                "Thank you.",
            )
        ],
        *[(text, "skip") for text in ("Skip.", "skip this step", "Next", "skip it")],
        *[(text, "again") for text in ("what?", "pardon", "say that again")],
        *[(text, None) for text in ("Anna", "yes", "no", "Skipper", "Stopford")],
    ],
)
def test_what_is_no_answer(text: str, way: str | None) -> None:
    assert way_of(text) == way


@pytest.mark.parametrize(
    ("text", "name"),
    [
        *[
            (text, "Anna")
            for text in (
                "Anna",
                "Anna.",
                "my name is Anna",
                "I'm Anna!",
                "Hi, I am Anna.",
                "Uh, it's Anna",
                "call me Anna please",
            )
        ],
        *[
            ("The project is called Winter Garden", "Winter Garden"),
            ("the house", "the house"),
            ("It should be called House.", "House"),
        ],
        *[
            (text, "")
            for text in ("", "...", "42", "a" * 61, "one two three four five six seven", "\x1b[2J", "yes", "undo")
        ],
        ("Jean-Luc O’Neill", "Jean-Luc O’Neill"),
        ("अन्ना", "अन्ना"),
    ],
)
def test_names_are_found(text: str, name: str) -> None:
    assert name_in(text) == name


def test_yes_and_no() -> None:
    assert [yes_or_no(text) for text in ("yes", "Y", "sure, do it", "no", "n", "not now", "nope!", "no, Hannah")] == [
        True
    ] * 3 + [False] * 5
    assert [yes_or_no(text) for text in ("", "perhaps", "yes and no", "Anna")] == [None] * 4
    assert [behind_no(text) for text in ("no, Hannah", "No. It's Hannah.", "no", "no no", "Norman")] == [
        "Hannah",
        "Hannah",
        "",
        "",
        "",
    ]
    assert spelled("Jean-Luc") == "J, E, A, N, L, U, C"


words = st.one_of(
    st.sampled_from(
        [
            "yes",
            "no",
            "skip",
            "later",
            "what",
            "no, Hannah",
            "Anna",
            "My name is Bob.",
            "",
            "blue",
            "garden",
            "undo",
            "42",
            "cancel",
        ]
    ),
    st.text(max_size=80),
)
levels = st.floats(-100, 0)
events: st.SearchStrategy[GuideEvent] = st.one_of(
    words.map(AnswerGiven),
    st.builds(Woken, st.floats(0, 1)),
    st.builds(Missed, st.booleans()),
    st.builds(Measured, levels, levels, st.booleans(), words),
    st.builds(Unheard, st.just("No sound.")),
    st.builds(Did, st.booleans(), st.just("Words."), st.booleans()),
    st.sampled_from([Began(), Nobody(), TellEnded()]),
)
states = st.sampled_from([State(step.id, owner="Anna") for step in STEPS])


@given(states, st.lists(events, max_size=40), st.booleans())
def test_it_is_never_stuck_and_writes_nothing_without_a_yes(state: State, all_: list[GuideEvent], typed: bool) -> None:
    here = replace(TEACHES, typed=typed, asks_zone=not typed, now="8 PM")
    state, moves = advance(state, Began(), here)
    for event in all_:
        before = state
        state, moves = advance(state, event, here)
        assert not any(isinstance(move, Say) for move in moves[-1:]) or state.waiting or state.done
        assert all(isinstance(move, Say) for move in moves[:-1]), "one thing at a time is awaited"
        assert bool(moves) or state.waiting or state.done
        if any(isinstance(move, Do | Tune | Settle | TeachWord | TeachVoice) for move in moves) and not isinstance(
            event, Began
        ):
            confirmed = isinstance(event, AnswerGiven) and yes_or_no(event.text)
            named = before.at in ("project name", "word phrase") or (typed and before.at == "name")
            assert confirmed or named or state.silent, (before, event)
        if state.waiting or state.done:
            break


@given(states, st.lists(events, min_size=1, max_size=8), st.booleans())
def test_whatever_is_answered_it_ends(state: State, all_: list[GuideEvent], typed: bool) -> None:
    """Over and over the same: no circle is endless, but that of somebody who asks it to say it again, or to begin
    again.
    """
    here = replace(TEACHES, typed=typed, asks_zone=not typed, now="8 PM")
    state, _ = advance(state, Began(), here)
    rounds = [
        each
        for each in all_
        if not isinstance(each, Began) and way_of(getattr(each, "text", "") or getattr(each, "said", "")) != "again"
    ]
    for _ in range(MOST_TRIES * 3 * len(QUESTIONS)):
        for event in rounds:
            state, _ = advance(state, event, here)
        if state.waiting or state.done or not rounds:
            return
    raise AssertionError(state)


@given(states, st.lists(events, max_size=20))
def test_a_power_cut_costs_one_step_at_most(state: State, all_: list[GuideEvent]) -> None:
    """What is kept goes on at the beginning of the step that it was in."""
    here = replace(TEACHES, asks_zone=True, now="8 PM")
    for event in all_:
        state, _ = advance(state, event, here)
    kept = State(state.step, state.waiting, state.starts, state.owner)
    back, moves = advance(kept, Began(), here)
    assert back.step in (state.step, "") and (moves or back.done)
