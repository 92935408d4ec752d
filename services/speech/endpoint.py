"""The end of speech, found in audio time from voice activity and level together.

Voice activity alone keeps a turn open while somebody talks in the background and doubts in echoing rooms; level alone
takes every noise for speech. So a stretch of sound is voice when the detector hears a voice in it and it is loud
enough: well above the room's floor (learned all the time) and not too far below the talker (learned in the turn). Where
somebody talked in the background before the turn, voice that is neither near the talker's level nor clearly above
theirs keeps a turn open a little while only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firmware.frame import FRAME_SECONDS, Frame
from services.speech.base import Endpoint, EndReason
from services.speech.foreground import Foreground
from services.speech.levels import BLOCK_SECONDS, QUIETEST, Levels, RunningLevel, block_levels, percentile

TINY = 1e-6
"""Seconds; audio times are sums of fractions."""


@dataclass(frozen=True, slots=True)
class EndpointTuning:
    """Tuned on real recordings, clean, in noise, in rooms and against other talkers; see docs/performance.md. Levels in
    dB, times in s.
    """

    memory: float = 8.0
    """How far back the room is remembered."""
    floor_percentile: float = 10.0
    """Of the frames' levels: the room's floor."""
    background_percentile: float = 80.0
    """Of the frames' loudest blocks outside utterances, those without a voice counted as silence: somebody talks in the
    background.
    """
    before: float = 1.5
    """What was said so shortly before a turn is the wake word, the talker's own."""
    background_likely: float = 0.3
    """Probability from which such a frame holds a voice."""
    rise: float = 6.0
    """A voice is at least this far over the floor…"""
    share: float = 0.35
    """…and this much of the way from the floor up to the talker…"""
    reach: float = 20.0
    """…and at most this far below the talker."""
    headroom: float = 9.0
    """The floor is taken to be at least this far below the talker: a long speech without a breath must not end as its
    own floor.
    """
    near: float = 6.0
    """Voice less than this below the talker is surely the talker's,…"""
    over: float = 9.0
    """…and so is voice more than this over the background; without one, all is."""
    likely: float = 0.4
    """Probability from which a frame holds a voice,…"""
    doubtful: float = 0.15
    """…and from which a loud one does: accents, rooms and noise make the detector doubt."""
    loud: float = 14.0
    """A frame this far over the floor is loud."""
    begin: float = 0.5
    """Speech has begun when the probabilities of voiced frames in a row sum up to this."""
    short: float = 0.5
    """An utterance with less voice than this gets `short_factor` of the silence: a first word is often followed by
    thought.
    """
    short_factor: float = 1.2
    murky: float = 20.0
    """With the talker less than this over the floor weak syllables drown; `murky_factor` of the silence makes up for
    it.
    """
    murky_factor: float = 1.2
    pause_factor: float = 1.5
    """Who paused within the utterance gets this many times that pause,…"""
    pause_limit: float = 1.6
    """…but at most this many times the silence."""
    reaction: float = 0.48
    """So long nobody answers the ear that opens: in a stream that has just begun what talks meanwhile is others."""
    known: float = 0.8
    """So soon in a stream nobody knows whether voices in the background have just paused."""
    below: float = 3.0
    """Sound at least this far under what is rather the talker's than others' is no voice of theirs."""
    strange_factor: float = 3.5
    """After this many times the silence of voices softer than the talker's it is over where nobody knew the room."""
    away_factor: float = 2.0
    """After this many times the silence without the talker an utterance is over, whoever else goes on."""


class Utterance:
    """What was heard of the talker's voice in one turn. Times are audio seconds, levels dBFS."""

    def __init__(self, tuning: EndpointTuning) -> None:
        self._tuning = tuning
        self.start: float | None = None
        """When speech began, once it surely has."""
        self.end = 0.0
        """When a voice was last heard."""
        self.near_end = 0.0
        """When the talker was last heard for sure."""
        self.voiced = 0.0
        """Seconds of voice."""
        self.longest_pause = 0.0
        self._first: float | None = None
        self._belief = 0.0
        self._levels: list[float] = []

    @property
    def talker(self) -> float:
        """The talker's level."""
        return percentile(self._levels, 75.0) if self._levels else QUIETEST

    def stand_out(self, start: float) -> None:
        """The talker has begun here: what was heard before was others."""
        self.start = self._first = self.end = self.near_end = start
        self.voiced = self.longest_pause = 0.0
        self._levels.clear()

    def hear(
        self,
        frame: Frame,
        levels: Levels,
        probability: float,
        floor: float,
        background: float,
        least: float = QUIETEST,
        near: bool | None = None,
    ) -> None:
        """Note the voice in a frame with these block levels; what is softer than `least` is not the talker's. `near`:
        whether it is surely, where that is known.
        """
        t = self._tuning
        if self._levels:
            floor = min(floor, self.talker - t.headroom)
        loudest = float(levels.max())
        heard = probability >= (t.doubtful if loudest >= floor + t.loud else t.likely)
        threshold = max(floor + t.rise, floor + t.share * (self.talker - floor), self.talker - t.reach, least)
        voiced = np.flatnonzero(levels >= threshold) if heard else np.zeros(0, dtype=np.intp)
        if voiced.size == 0:
            self._doubt()
            return
        first, end = frame.start + int(voiced[0]) * BLOCK_SECONDS, frame.start + (int(voiced[-1]) + 1) * BLOCK_SECONDS
        if self._first is None:
            self._first = first
        else:
            self.longest_pause = max(self.longest_pause, first - self.end)
        self.end = end
        self.voiced += voiced.size * BLOCK_SECONDS
        self._believe(probability)
        if loudest >= min(self.talker - t.near, background + t.over) if near is None else near:
            self.near_end = end
        if loudest >= self.talker - t.near:
            self._levels.append(loudest)

    def _believe(self, probability: float) -> None:
        self._belief += probability
        if self.start is None and self._belief >= self._tuning.begin:
            self.start = self._first

    def _doubt(self) -> None:
        """What sounded like the beginning of speech was not, if speech has not begun by now."""
        if self.start is None:
            self._first, self._belief, self.voiced = None, 0.0, 0.0
            self._levels.clear()


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
        self._gone = False
        """The talker is not heard any more, though others are."""
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
    def others(self) -> bool:
        """Whether somebody talks in the background."""
        return self._background.level > QUIETEST

    @property
    def stretch(self) -> tuple[float, float] | None:
        """From when to when the talker was heard, audio seconds, where others talk too; None: nobody else is told from
        them.
        """
        said = self._said
        if said.start is None or not (self._foreground.stands_out or self._gone):
            return None
        return (said.start, said.near_end if self._gone else said.end)

    def is_near(self, frame: Frame) -> bool:
        """Whether this frame is about as loud as who was heard in the last turn."""
        near = self._said.talker - self._tuning.near
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
        self._held, self._ends, self._gone = False, None, False
        self._background.unhear(self._tuning.before, QUIETEST)

    def recall(self, heard: Sequence[tuple[Frame, float]], *, patience: float | None = None) -> bool:
        """Open the turn with what was heard already, with its speech probabilities. False: nobody has begun to speak in
        it, and no turn is open.
        """
        self.begin(heard[0][0].start, patience=patience)
        for frame, probability in heard:
            self._said.hear(frame, block_levels(frame), probability, self._floor.level, QUIETEST)
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
        begun = self._said.start is not None
        self._said.hear(frame, levels, probability, self._floor.level, background, least, near=self._near(levels))
        if not begun and self._said.start is not None:
            # Their first word is no background, but for what cannot be their answer to the ear that opened.
            own = min(frame.end - self._said.start, self._heard_for - self._tuning.reaction)
            self._background.unhear(max(0.0, own), QUIETEST)

    def _near(self, levels: Levels) -> bool | None:
        """Whether a frame is the talker's where voices softer than theirs are taken for others'."""
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
        self._gone = self._now - said.near_end >= max(needed, self._silence * away) - TINY
        return "silence" if self._gone or self.pause >= needed - TINY else None

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
