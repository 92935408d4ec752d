"""What a command leans on that is still being done. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device.commands.responder import Going, Understood
from device.jobs.wording import goes_on, makes
from services.understanding.conversation.memory import latest, same_talk


def leans_on(understood: Understood, beside: Mapping[str, Going]) -> tuple[str, ...]:
    """Those of what runs beside, by id, that make what the words lean on: they go on from it ("no, of last month"), or
    say "it" and
    nothing else of that kind was spoken of since."""
    return tuple(id_ for id_, going in beside.items() if _leans_on(understood, going))


def _leans_on(understood: Understood, going: Going) -> bool:
    if understood.last or (not understood.command.steps and goes_on(understood.command.text)):
        return same_talk(going.before, understood.conversation)
    kinds = tuple(understood.kinds & makes(going.command))
    return bool(kinds) and latest(going.before, kinds) == latest(understood.conversation, kinds)
