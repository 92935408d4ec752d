"""What is echo of its own voice, and what only sounds a little like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.speech.echo import WORDS_A_SECOND, is_echo, is_stop, words

TASKS = (
    "You have three tasks: call the bank, due tomorrow at five thirty P M, send the quarterly report to Sarah, and"
    " water the plants."
)

ECHOES = [
    # what came back, what was said
    ("You have three tasks. Call the bank due tomorrow.", TASKS),
    ("call the bank due tomorrow at 5:30 PM", TASKS),
    ("send the quarterly report to Sarah and", TASKS),
    ("the quarterly report to Sarah", TASKS),
    ("Send the quarter report to Sara.", TASKS),
    ("bank, due tomorrow at 5 30", TASKS),
    ("the plants", "Water the plants."[6:]),
    ("Done.", "Done."),
    ("done", "All right. Done. What next?"),
    ("Task created", "Task created."),
    ("I added milk to the shopping list", "I added milk to the shopping list."),
    ("your balance is one hundred and twenty", "Your balance is 120 rupees."),
    ("You owe $20.", "You owe twenty dollars."),
]
COMMANDS = [
    ("add milk", "I added milk."),
    ("add milk to the shopping list", "I added milk. Your shopping list has three things."),
    ("create a task to call the bank tomorrow", "Task created: call the bank, due tomorrow."),
    ("complete the first one", TASKS),
    ("remind me to water the plants", TASKS),
    ("when is the quarterly report due", TASKS),
    ("what are my tasks", TASKS),
    ("yes", "Shall I delete all tasks, yes or no?"),
    ("no", "Shall I delete all tasks, yes or no?"),
    ("Sarah Miller", "Do you mean Sarah Miller or Sarah Jones?"),
    ("stop", "The bus stop is near."),
    ("move it to Tuesday at six", "It is on Monday at five. Tuesday at six is free, too."[:25]),
    ("add 500 credit", "Rahul's balance is 300 credit."),
    ("Task created? No, delete it.", "Task created."),
    ("tell the team good morning", "Good morning. The team has two meetings."),
    ("", TASKS),
    ("add milk", ""),
]


@pytest.mark.parametrize(("heard", "said"), ECHOES)
def test_echo_is_known(heard: str, said: str) -> None:
    assert is_echo(heard, said)


@pytest.mark.parametrize(("heard", "said"), COMMANDS)
def test_a_command_that_shares_words_is_none(heard: str, said: str) -> None:
    assert not is_echo(heard, said)


@pytest.mark.parametrize(
    "answer", ["the monthly report", "call the bank on Friday", "Sarah Miller, please", "tomorrow at five"]
)
def test_an_answer_that_repeats_the_question_is_none(answer: str) -> None:
    """The ear opens when the question was asked: there is no time in which so much of it could have come back."""
    question = (
        "Do you mean the quarterly report, the monthly report, Sarah Miller, please, tomorrow at five, or call the bank"
        " on Friday?"
    )
    assert is_echo(answer, question)
    assert not is_echo(answer, question, seconds=0.6)


text = st.text("abcdefghij 0123456789.,?'’", max_size=60)


@given(text, text, st.floats(-5, 60))
def test_it_takes_any_text(heard: str, said: str, seconds: float) -> None:
    assert is_echo(heard, said, seconds=seconds) in (True, False)
    if is_echo(heard, said, seconds=seconds):
        assert is_echo(heard, said), "more time makes more echo possible"
        assert len(words(heard)) <= WORDS_A_SECOND * seconds + 1


@given(
    st.lists(st.sampled_from(TASKS.split()), min_size=3, max_size=24, unique=True),
    st.integers(0, 20),
    st.integers(3, 9),
)
def test_any_stretch_of_what_was_said_is_echo(said: list[str], start: int, count: int) -> None:
    heard = " ".join(said[start : start + count])
    assert is_echo(heard, " ".join(said)) or len(words(heard)) <= 2


@given(st.lists(st.sampled_from(["add", "delete", "move", "monday", "tuesday", "sarah"]), min_size=1, max_size=8))
def test_other_words_never_are(heard: list[str]) -> None:
    assert not is_echo(" ".join(heard), "You owe the plumber forty pounds, and he knows.")


@pytest.mark.parametrize(
    "said",
    ["Stop.", "stop it!", "Stop, stop, stop!", "Be quiet.", "That's enough.", "Quiet, please.", "Enough!", "Shut up."],
)
def test_what_means_stop(said: str) -> None:
    assert is_stop(said, TASKS)


@pytest.mark.parametrize(
    "said", ["", "stop the timer", "don't stop", "top", "It's time.", "quietly", "not enough", "stopped", "go on", "no"]
)
def test_what_does_not(said: str) -> None:
    assert not is_stop(said, TASKS)


@pytest.mark.parametrize(
    ("heard", "own"),
    [
        ("Stop.", "You can say stop at any time."),
        ("stop", "The timer has stopped."),
        ("Stop!", "Go to the shop."),
        ("Quiet.", "Quiet hours begin at ten."),
        ("Enough.", "There is enough milk."),
        ("stop", "At the top of the list."),
    ],
)
def test_its_own_voice_never_stops_it(heard: str, own: str) -> None:
    assert not is_stop(heard, own)
