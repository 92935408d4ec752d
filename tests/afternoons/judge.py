"""Whether a turn of an afternoon went as a sensible person would accept (README.md)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from services.actions.base import Response
from services.understanding.vocabulary import VOCABULARY

Verdict = Literal["right", "wrong", "refused", "needless"]
"""refused: nothing was done and nothing asked; needless: asked where no question is accepted."""

_PART_OF_NUMBER = 4
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "refused", "needless")
_SAME = (
    ("alarm", "reminder"),
    ("meeting.delete", "meeting.cancel"),
    ("reminder.delete", "reminder.cancel"),
    ("task.status", "task.complete"),
    ("task.deadline", "task.update"),
    ("channel.message", "message.send"),
    ("control.unmute", "control.mute"),
)
"""What comes to the same for who says it."""


def judge(turn: Mapping[str, Any], response: Response) -> Verdict:
    """What to say of the response to a turn."""
    done = [outcome.action for outcome in response.outcomes if outcome.ok]
    changed = [action for action in done if _changes(action)]
    awaits = response.reply.awaits and "control.repeat" not in done  # a question said again is what was asked for
    accepted = (
        ("does" in turn and not awaits and _does(turn, done, response))
        or (turn.get("asks") and awaits and not changed)
        or (turn.get("declines") and not awaits and not [each for each in done if each != "control.help"])
        or (turn.get("ignores") and not awaits and not changed)
    )
    if accepted:
        return "right"
    if awaits and not changed:
        return "needless"
    return "refused" if not done else "wrong"


def _does(turn: Mapping[str, Any], done: list[str], response: Response) -> bool:
    wanted = [{_same(each) for each in entry.split("|")} for entry in turn["does"]]
    acts = [_same(action) for action in done]
    if not all(any(act in entry for act in acts) for entry in wanted):
        return False
    other = [each for each in done if _changes(each) and not any(_same(each) in entry for entry in wanted)]
    told = _words(f"{response.reply.text} {' '.join(_slots(response))}")
    said = _words(response.reply.text)
    return (
        not other
        and all(any(_stands(each, told) for each in str(word).split("|")) for word in turn.get("words", ()))
        and not any(_words(str(word)) in said for word in turn.get("never", ()))
    )


def _changes(action: str) -> bool:
    row = VOCABULARY.get(action)
    return bool(row and row.writes) and not action.startswith("control.")


def _same(action: str) -> str:
    for one, other in _SAME:
        if action == one or action.startswith(f"{one}."):
            return other + action.removeprefix(one)
    return action


def _slots(response: Response) -> Iterable[str]:
    """What the steps were told and what was meant by it."""
    for step in response.command.steps:
        yield from _flat(dict(step.slots))
        yield from (reference.name for reference in step.references)
    for outcome in response.outcomes:
        yield from (name for _, _, name in outcome.about)


def _stands(word: str, told: str) -> bool:
    """At the beginning of a word; a part of a telephone number anywhere in it."""
    return _words(word) in told or (word.isdigit() and len(word) >= _PART_OF_NUMBER and word in told)


def _flat(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _flat(each)
    elif isinstance(value, str):
        yield value
    else:
        for each in value:
            yield from _flat(each)


def _words(text: str) -> str:
    """Comparable: small letters and numbers, between spaces at which words end."""
    return " " + re.sub(r"[^\w:]+", " ", text.casefold()).strip()
