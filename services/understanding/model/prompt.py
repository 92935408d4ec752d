"""What the model reads before each sentence: the same words every time, so that they are evaluated once."""

from __future__ import annotations

from collections.abc import Sequence

from services.understanding.words import Word

_EXAMPLES = (
    ("create a task to paint the fence by monday", "task.create | title: paint the fence | when: by monday"),
    ("did i finish all of my tasks last week", "task.query | when: last week"),
    ("the report task is finished now", "task.complete | title: report"),
    ("how was your day", "none"),
    ("milk and rice have to go on the grocery list", "list.add | items: milk and rice | list: grocery"),
    ("anything left on the camping list", "list.query | list: camping"),
    ("i set a timer yesterday and it was too short", "none"),
    ("at noon i want a reminder to feed the cat", "reminder.create | title: feed the cat | when: at noon"),
    ("which reminders are there for friday", "reminder.query | when: for friday"),
    ("why did you remind her", "none"),
    ("eggs take six minutes so start a timer", "timer.start | duration: six minutes | name: eggs"),
    ("is that timer nearly over", "timer.query"),
    ("play a list of songs", "none"),
    ("is it late by the clock", "datetime.query"),
)


def prefix() -> str:
    """Instructions and examples."""
    lines = ["Each command is turned into an action and its words. What is no command for the assistant is none.", ""]
    for said, answer in _EXAMPLES:
        lines += [f"Command: {said}", f"Action: {answer}"]
    return "\n".join(lines)


def question(words: Sequence[Word]) -> str:
    """The part that differs from sentence to sentence."""
    return f"\nCommand: {' '.join(word.text for word in words)}\nAction:"
