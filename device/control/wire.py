"""The JSON of the black-box commands; relied upon by programs."""

from __future__ import annotations

import re
from typing import Any

from services.actions.base import Outcome, Response
from services.understanding.base import Command

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Control characters, which a terminal would obey; marks that turn the direction of writing; halves of surrogate pairs.
"""


def plain(text: str) -> str:
    """A text of others as it may be kept and shown: a space for what can't be printed."""
    return _UNPRINTABLE.sub(" ", text)


def command_fields(command: Command) -> dict[str, Any]:
    """{"text", "steps": [{"action", "slots"}], "confidence", "source"}."""
    return {
        "text": command.text,
        "steps": [
            {"action": step.action, "slots": dict(step.slots), **({"after": list(step.after)} if step.after else {})}
            for step in command.steps
        ],
        "confidence": round(command.confidence, 3),
        "source": command.source,
    }


def outcome_fields(outcome: Outcome) -> dict[str, Any]:
    """{"action", "ok", "code", "text"}."""
    return {"action": outcome.action, "ok": outcome.ok, "code": outcome.code, "text": outcome.words}


def response_fields(response: Response) -> dict[str, Any]:
    """A command, its outcomes and the reply, and whether that is a question."""
    outcomes = [outcome_fields(outcome) for outcome in response.outcomes]
    reply = response.reply
    return {**command_fields(response.command), "outcomes": outcomes, "reply": reply.text, "awaits": reply.awaits}
