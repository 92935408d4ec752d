"""One turn as the ear hears it. On the listen thread, but for what a decode leaves."""

from __future__ import annotations

import math
from concurrent.futures import Future
from dataclasses import dataclass, field

from device.hearing.heard import BEFORE, HeardTurn
from device.hearing.own_voice import PREROLL
from firmware.frame import FRAME_SECONDS, Frame
from services.speech.base import Final
from services.speech.quality import TurnSound

EDGE = 0.3
"""Seconds kept around what the talker said: a word begins and ends more softly than others talk."""


@dataclass(slots=True)
class EarTurn:
    """The turn being listened to."""

    turn: int
    frames: list[Frame]
    opened: float
    """Audio time at which the ear opened, seconds."""
    woken: str = ""
    """The wake word that began it, as it is spoken; empty: it began without."""
    patience: float | None = None
    """Seconds in which speech must begin, where nobody asked for the ear, or somebody barged in; None: as ever."""
    held: bool = False
    """The talk button is down."""
    began: bool = False
    """Somebody surely speaks, or has."""
    overheard: bool = False
    """It began while the appliance asked."""
    since: float | None = None
    """Audio time from which the appliance's own voice may be in it; None: from its beginning."""
    lost: int = 0
    """Pieces of sound that were lost before it."""
    sounding: TurnSound = field(default_factory=TurnSound)
    early: Future[Final] | None = None
    """A decode that began in a pause; partials are held meanwhile."""
    before: list[Frame] = field(default_factory=list)
    """What was heard right before `frames`."""
    ending: tuple[Future[Final], float] | None = None
    """Of an early decode, how much of the usual silence ends the turn after what it heard; left by whoever decoded."""

    @property
    def share(self) -> float:
        """Of the usual silence, how much ends the turn as far as is known."""
        ending = self.ending
        return ending[1] if ending and ending[0] is self.early else 1.0

    @property
    def may_go_on(self) -> bool:
        """Whether what follows right behind the silence that ended it may belong to it. Not where so much more than
        usual ended it that it was meant; nor, in an ear that opened by itself, behind a whole one: others talk there.
        """
        asked_for = self.woken or self.patience is None
        return self.share <= 1.0 if asked_for else self.share < 1.0

    def begin_later(self, frames: int) -> None:
        """Of what was heard so far only the last so many frames belong to the turn."""
        self.before = [*self.before, *self.frames[:-frames]][-BEFORE:]
        del self.frames[:-frames]

    def heard(self, stretch: tuple[float, float] | None = None) -> HeardTurn:
        """What was heard for this turn until now. `stretch`: from when to when the talker was heard after the wake
        word, audio seconds; what others said around both is left out. Without one, all.
        """
        theirs = [stretch is None or self._theirs(frame, *stretch) for frame in self.frames]
        return HeardTurn(list(self.frames), theirs, list(self.before))

    def _theirs(self, frame: Frame, start: float, end: float) -> bool:
        """Whether a frame may hold something of the talker's."""
        if self.overheard or self.since is not None:  # what went before was theirs, too
            start = -math.inf
        wake_word = self.woken and self.opened - PREROLL <= frame.start < self.opened + EDGE
        return bool(wake_word) or start - EDGE < frame.end <= end + EDGE + FRAME_SECONDS
