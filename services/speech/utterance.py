"""What is heard of the talker's voice in one turn, from levels and voice activity together, and how both are judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmware.frame import Frame
from services.speech.levels import BLOCK_SECONDS, QUIETEST, Levels, percentile


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
    weak: float = 12.0
    """How far below the talker their own weak syllables are, where a turn goes on."""
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
    below: float = 3.0
    """Where others talk, sound so far under what is rather the talker's than theirs is no voice of the talker's."""
    reaction: float = 0.48
    """So soon nobody answers an ear that opens: voices at the beginning of a stream are in the background."""
    known: float = 0.8
    """Who begins to speak sooner in a stream speaks in a room that nobody knows: others may just have paused."""
    strange_factor: float = 3.5
    """After this many times the silence with softer voices only, such an utterance is over."""
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
        *,
        floor: float,
        background: float,
        least: float = QUIETEST,
        near: bool | None = None,
    ) -> None:
        """Note the voice in a frame with these block levels. `floor`, `background`: the levels of the room and of who
        talks there; what is softer than `least` is not the talker's; `near`: whether the frame surely is, where levels
        alone don't tell.
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
