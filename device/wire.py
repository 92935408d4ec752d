"""The JSON of the black-box commands; relied upon by programs."""

from __future__ import annotations

from typing import Any

from device.responder import Response
from services.actions.base import Outcome
from services.understanding.base import Command


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
    """A command, its outcomes and the reply."""
    outcomes = [outcome_fields(outcome) for outcome in response.outcomes]
    return {**command_fields(response.command), "outcomes": outcomes, "reply": response.reply.text}
