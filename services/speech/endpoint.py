"""The end of speech, found in audio time from voice activity and level together.

Voice activity alone keeps a turn open while somebody talks in the background and doubts in echoing rooms; level alone
takes every noise for speech. So a stretch of sound is voice when the detector hears a voice in it and it is loud
enough: well above the room's floor (learned all the time) and not too far below the talker (learned in the turn). Where
somebody talks in the background, what is not the talker's is like silence as soon as they have stood out from it
(services/speech/foreground.py); until then voice that is neither near the talker's level nor clearly above theirs keeps
a turn open a little while only.
"""

from __future__ import annotations

from collections.abc import Sequence

from firmware.frame import FRAME_SECONDS, Frame
from services.speech.base import Endpoint, EndReason
from services.speech.foreground import Foreground
from services.speech.levels import QUIETEST, Levels, RunningLevel, block_levels
from services.speech.utterance import EndpointTuning, Utterance

TINY = 1e-6
"""Seconds; audio times are sums of fractions."""


class AdaptiveEndpoint:
    """Finds the end of speech. An endpoint comes by `patience` or by `longest` seconds after `begin`, whatever is
    heard.
    """

    def __init__(
        self,
        *,
        silence: float = 0.7,
        longest: float = 15.0,
        patience: float = 4.0,
        tuning: EndpointTuning | None = None,
    ) -> None:
        """`silence`: seconds without voice that end a clear utterance; `longest`: of a whole turn; `patience`: to begin
        speaking.
        """
        self._silence, self._longest, self._patience = silence, longest, patience
        self._tuning = tuning or EndpointTuning()
        self._floor = RunningLevel(self._tuning.memory, self._tuning.floor_percentile)
        self._background = RunningLevel(self._tuning.memory, self._tuning.background_percentile)
        self._waits = patience
        """Seconds to begin speaking in this turn."""
        self._began: float | None = None
        self._held = False
        self._ends: float | None = None
        self._index = -1
        self._heard_for = 0.0
        """Seconds of this stream."""
        self._perhaps: Foreground | None = None
        """Who is heard, if others talk whom nobody has heard yet; None: the room is known."""
        self._now = 0.0
        self._said = Utterance(self._tuning)
        self._foreground = Foreground()

    @property
    def speaking(self) -> bool:
        """Whether speech has begun and no pause runs."""
        return self._said.start is not None and self.pause < TINY

    @property
    def pause(self) -> float:
        """Seconds of silence since the last speech, to 20 ms; 0 while speaking or before speech began."""
        return 0.0 if self._said.start is None else max(0.0, self._now - self._said.end)

    @property
    def stretch(self) -> tuple[float, float] | None:
        """From when to when the talker was heard, audio seconds, where others talk too; None: nobody else is told from
        them.
        """
        said = self._said
        return (said.start, said.end) if self._foreground.stands_out and said.start is not None else None

    def is_near(self, frame: Frame) -> bool:
        """Whether this frame is about as loud as who was heard in the last turn; where nobody else was heard before
        it, as loud as their weak syllables.
        """
        alone = self._perhaps is None and self._background.level <= QUIETEST
        near = self._said.talker - (self._tuning.weak if alone else self._tuning.near)
        if self._foreground.stands_out:
            near = max(near, self._foreground.middle(self._background.level))
        return float(block_levels(frame).max()) >= near

    def begin(self, at: float, *, patience: float | None = None) -> None:
        """A turn opens at this audio time: from here the time to begin speaking and the longest turn count. Voice
        before it is nobody's. `patience`: seconds to begin speaking in this turn, which may be so much longer or
        shorter.
        """
        self._waits = self._patience if patience is None else patience
        self._said = Utterance(self._tuning)
        self._foreground = Foreground()
        self._perhaps = None
        self._began = self._now = at
        self._held, self._ends = False, None
        self._background.unhear(self._tuning.before, QUIETEST)

    def recall(self, heard: Sequence[tuple[Frame, float]], *, patience: float | None = None) -> bool:
        """Open the turn with what was heard already, with its speech probabilities. False: nobody has begun to speak in
        it, and no turn is open.
        """
        self.begin(heard[0][0].start, patience=patience)
        for frame, probability in heard:
            levels = block_levels(frame)
            self._said.hear(frame, levels, probability, floor=self._floor.level, background=QUIETEST)
        self._now = heard[-1][0].end
        self._began = self._said.start
        return self._began is not None

    def hold(self, held: bool) -> None:
        """While held (push-to-talk), neither silence nor that nobody speaks ends the turn; that it is too long does.
        `begin` ends it.
        """
        self._held = held

    def end(self, at: float) -> None:
        """The turn ends at this audio time, whatever is heard: released, or no_speech."""
        self._ends = at

    def process(self, frame: Frame, probability: float, share: float = 1.0) -> Endpoint | None:
        """Take a frame with its speech probability. Called for every frame, also between turns, to learn the room's
        noise floor. `share`: of the usual silence, how much ends what was said so far, as its words let expect.

        A frame index that does not grow means a new stream, whose room is learned anew.
        """
        levels = block_levels(frame)
        self._learn(frame, levels, probability)
        if self._began is None or frame.end <= self._began + TINY:
            return None
        self._now = frame.end
        self._hear(frame, levels, probability)
        reason = self._reason(frame.end - self._began, share)
        if reason is None:
            return None
        self._began = None
        return Endpoint(frame.end, reason, self._said.start, self._said.end if self._said.start is not None else None)

    def _hear(self, frame: Frame, levels: Levels, probability: float) -> None:
        foreground, background, least = self._foreground, self._background.level, QUIETEST
        before = foreground.stands_out
        if foreground.weigh(float(levels.max()), background) < 0.5:
            probability = 0.0
        if foreground.stands_out:
            least = foreground.middle(background) - self._tuning.below
            if not before:
                self._said.stand_out(frame.start - (foreground.loud - 1) * FRAME_SECONDS)
        said, near = self._said, self._near(levels)
        began = said.start is not None
        said.hear(frame, levels, probability, floor=self._floor.level, background=background, least=least, near=near)
        if not began and said.start is not None:
            # Their first word is no background, but for what came too soon to be theirs.
            own = min(frame.end - said.start, self._heard_for - self._tuning.reaction)
            self._background.unhear(max(0.0, own), QUIETEST)

    def _near(self, levels: Levels) -> bool | None:
        """Whether a frame is the talker's if voices softer than theirs are others'; None: the room is known."""
        said = self._said
        if self._perhaps is None and said.start is not None and self._heard_for < self._tuning.known:
            self._perhaps = Foreground()
        if self._perhaps is None or self._foreground.stands_out:
            return None
        return self._perhaps.weigh(float(levels.max()), said.talker - self._perhaps.contrast) >= 0.5

    def _learn(self, frame: Frame, levels: Levels, probability: float) -> None:
        if frame.index <= self._index:
            self._floor.forget()
            self._background.forget()
            self._heard_for = 0.0
        self._index = frame.index
        self._heard_for += FRAME_SECONDS
        self._floor.learn(float(levels.mean()))
        opening = self._began is not None and frame.end <= self._began + TINY
        # In a stream that has just begun nobody has yet answered the ear that opened with it.
        young = self._heard_for < self._tuning.reaction - TINY
        if young or ((self._began is None or self._said.start is None) and not opening):
            self._background.learn(float(levels.max()) if probability >= self._tuning.background_likely else QUIETEST)

    def _reason(self, open_for: float, share: float) -> EndReason | None:
        said = self._said
        if self._ends is not None and self._now >= self._ends - TINY:
            return "no_speech" if said.start is None else "released"
        if self._held:
            return "too_long" if said.start is not None and open_for >= self._longest - TINY else None
        if said.start is None:
            return "no_speech" if open_for >= self._waits - TINY else None
        if open_for >= self._longest + max(0.0, self._waits - self._patience) - TINY:
            return "too_long"
        needed = share * self._needed()
        strange = self._perhaps and not self._foreground.stands_out
        away = self._tuning.strange_factor if strange else self._tuning.away_factor
        gone = self._now - said.near_end >= max(needed, self._silence * away) - TINY
        return "silence" if gone or self.pause >= needed - TINY else None

    def _needed(self) -> float:
        """Seconds without voice that end this utterance: longer where a pause is likely or where voice may have
        drowned.
        """
        t, said = self._tuning, self._said
        factor = 1.0
        if said.voiced < t.short:
            factor = t.short_factor
        elif said.talker - self._floor.level < t.murky:
            factor = t.murky_factor
        return max(factor * self._silence, min(t.pause_factor * said.longest_pause, t.pause_limit * self._silence))
