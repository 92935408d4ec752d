"""The guide through the first start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from device.commands.responder import Response
from device.configuration.settings import SHARED, Settings
from device.dials.base import Dials
from device.guide.base import THERE, Did, Do, Here
from device.guide.body import Hearing
from device.guide.by_voice import SpokenGuide
from device.guide.progress import ProgressFile
from device.hearing.ear import Emit
from device.jobs.jobs import Jobs
from device.jobs.keys import DoneBefore
from device.turn.reactor import CLIENT
from device.wiring.mind import Mind
from device.wiring.senses import Senses
from services.speech.finals.wake_phrase import cut
from services.store.store import Store
from services.understanding.base import Command
from services.understanding.explicit import explicit
from services.wake.base import WakeDetector

_ANSWERS = frozenset(("control.confirm", "control.deny", "control.cancel", "control.stop", "control.repeat"))
TITLE = "set me up"
"""What its commands are called."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """The appliance, as its guide needs it (device.guide.body.SpokenBody)."""

    settings: Settings
    jobs: Jobs
    dials: Dials
    senses: Senses
    parse: Callable[[str], Command]

    def here(self) -> Here:
        """As it is now."""
        return here_of(self.settings, self.senses.wake)

    def hearing(self) -> Hearing:
        """As it is now."""
        listener = self.senses.listener
        return Hearing(listener.level, listener.recent, listener.pulse, listener.clipped, self.senses.near_misses)

    def do(self, wanted: Do, done: Callable[[Did], None]) -> None:
        """Raises TooMany."""

        def ended(response: Response) -> None:
            ok = all(outcome.ok or outcome.code in THERE for outcome in response.outcomes)
            done(Did(ok, response.reply.text, response.reply.awaits))

        command = explicit(wanted.steps, TITLE)
        try:
            self.jobs.submit(TITLE, client=CLIENT, priority="high", id=wanted.id, command=command, done=ended)
        except DoneBefore:  # the power failed before how far the guide is was kept
            done(Did(True))

    def addressed(self, text: str) -> tuple[str, bool]:
        """By the sentences it knows."""
        rest = cut(text, self.senses.wake.words) if self.senses.wake else text
        steps = self.parse(rest).steps if rest not in ("", text) else ()
        return rest or text, bool(steps) and not any(step.action in _ANSWERS for step in steps)

    def tune(self, threshold: float) -> None:
        """Raises DialUnknown, DialWrong."""
        self.dials.turn("wake_sensitivity", f"{1 - threshold:.4f}")


def here_of(settings: Settings, wake: WakeDetector | None = None, *, typed: bool = False) -> Here:
    """What the guide tells of this device. `wake`: as it is turned now; None: as the settings say."""
    words, threshold = (wake.words, wake.threshold) if wake else (settings.wake.words, settings.wake.threshold)
    return Here(
        device=settings.device.name,
        wake_words=tuple(word.replace("_", " ") for word in words) if wake or typed else (),
        threshold=threshold,
        typed=typed,
        transcripts_days=settings.retention.turns_days if settings.insight.transcripts else 0.0,
        shared=bool(settings.mqtt.host or settings.bucket.name),
    )


def build_guide(
    settings: Settings,
    store: Store,
    put: Emit,
    *,
    mind: Mind,
    senses: Senses,
    dials: Dials,
) -> SpokenGuide:
    """It begins by itself where the device is new: nothing is kept yet."""

    def new() -> bool:
        return not any(len(store.table(kind)) for kind in SHARED)

    def parse(text: str) -> Command:
        return mind.parser.parse(text, now=mind.clock.now())

    body = SetUp(settings, mind.jobs, dials, senses, parse)
    guide = SpokenGuide(ProgressFile(store.path.parent), body, put, enabled=settings.guide.enabled, new=new)
    mind.jobs.watch(guide.job)
    return guide
