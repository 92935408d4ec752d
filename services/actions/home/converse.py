"""What nobody here understands, put to Home Assistant's own conversation."""

from __future__ import annotations

from services.actions.base import Refused
from services.actions.call import Call, Done
from services.actions.home.which import house

NOT_UNDERSTOOD = "home.not_understood"
"""Code of what it did not understand either."""


def converse(call: Call) -> Done:
    """Slots: text, as spoken. Its answer is said; where it does not understand either, that is refused."""
    answer = house(call).converse(call.text("text"), call.client)
    if not answer.understood:
        raise Refused(NOT_UNDERSTOOD, f"I didn't understand “{call.text('text').strip()}”")
    if answer.refused:
        raise Refused("home.refused", answer.text or "Home Assistant could not do that")
    if answer.awaits:
        raise Refused("home.text", answer.text, awaits=True)
    return Done(answer.text or "Done")
