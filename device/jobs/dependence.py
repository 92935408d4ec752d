"""What a command leans on that is still being done. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from device.commands.responder import Going
from device.jobs.wording import goes_on, makes
from services.understanding.conversation.memory import latest, same_talk
from services.understanding.stages.base import Utterance


def leans_on(said: Utterance, beside: Mapping[str, Going]) -> tuple[str, ...]:
    """Those of what runs beside, by id, that make what the words lean on: they go on from it ("no, of last month"), or
    say "it" and
    nothing else of that kind was spoken of since."""
    return tuple(id_ for id_, going in beside.items() if _leans_on(said, going))


def _leans_on(said: Utterance, going: Going) -> bool:
    if said.goes_on or (not said.command.steps and goes_on(said.text)):
        return same_talk(going.before, said.conversation)
    kinds = tuple(said.kinds & makes(going.command))
    return bool(kinds) and latest(going.before, kinds) == latest(said.conversation, kinds)
