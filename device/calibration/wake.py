"""From the scores of a wake word, frame by frame, to tries that were heard or not, and to a threshold. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from firmware.frame import FRAME_SECONDS, Frame, level_dbfs
from services.wake.base import Detection

VOICED = 0.5
"""Probability from which a frame holds a voice (Silero VAD's own default)."""
_PAUSE_S = 0.8
"""So long nobody speaks between two tries; the score comes up to 0.3 s after the word."""
_SHORTEST_S = 0.24
"""Less voice than this is no try: a cough, a knock."""
NEAR = 0.2
"""As services.wake.base.WakeSettings.near."""

LOWEST, HIGHEST = 0.3, 0.8
"""What is suggested lies in between: below, radios wake it, above, nobody does."""
_MARGIN = 0.1
"""By so much a threshold stays below what was said, and above what was not."""
_WORTH = 0.05
"""Smaller changes are not worth a word."""
_SOFT = -45.0


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody said something, and perhaps the wake word."""

    start: float
    """Audio time, seconds."""
    end: float
    peak: float
    """The highest score, 0 to 1."""
    heard: bool
    level: float
    """Of its loudest frame, dBFS."""

    @property
    def near(self) -> bool:
        """It came close, and was not heard."""
        return not self.heard and self.peak >= NEAR

    @property
    def hint(self) -> str:
        """What may help; empty where it was heard."""
        if self.heard:
            return ""
        if self.level < _SOFT:
            return "very soft: come nearer, or see equerry mic calibrate"
        if self.near:
            return "a lower threshold would do"
        return "not like the word: say it a little slower, as one"


@dataclass(slots=True)
class Tries:
    """Takes every frame; `ended` are the tries so far."""

    ended: list[Try] = field(default_factory=list)
    _frames: list[tuple[Frame, float, bool]] = field(default_factory=list)
    _voiced: float = 0.0
    _last: float = 0.0
    _heard: bool = False

    def hear(self, frame: Frame, score: float, voice: float, detection: Detection | None) -> Try | None:
        """Take a frame with its score and its probability of voice; the try that it ends, if any."""
        if voice >= VOICED or detection:
            self._voiced += FRAME_SECONDS
            self._last = frame.end
        elif not self._frames:
            return None
        self._frames.append((frame, score, detection is not None))
        return self.finish() if frame.end - self._last >= _PAUSE_S else None

    def finish(self) -> Try | None:
        """The sound is over, or somebody paused."""
        frames, voiced, self._frames, self._voiced = self._frames, self._voiced, [], 0.0
        if not frames:
            return None
        heard = any(detected for _, _, detected in frames)
        if voiced < _SHORTEST_S and not heard:
            return None
        done = Try(
            start=frames[0][0].start,
            end=self._last,
            peak=max(score for _, score, _ in frames),
            heard=heard,
            level=max(level_dbfs(frame.samples) for frame, _, _ in frames),
        )
        self.ended.append(done)
        return done


@dataclass(frozen=True, slots=True)
class WakeVerdict:
    """What came of all tries."""

    heard: int
    tries: int
    near: int
    median: float | None
    """Of the highest scores of all tries."""
    background: float | None
    """The highest score while nobody said the word; None: nobody listened."""
    alarms: int
    """Times it was heard though nobody said it."""
    threshold: float | None
    """That is suggested; None: the one that is set will do."""
    why: str


def verdict(tries: Sequence[Try], background: Sequence[Try] | None, threshold: float) -> WakeVerdict:
    """`background`: what was heard while nobody said the word; `threshold`: that which is set."""
    peaks = sorted(each.peak for each in tries)
    noise = None if background is None else max((each.peak for each in background), default=0.0)
    suggested, why = _threshold(peaks, noise, threshold)
    return WakeVerdict(
        heard=sum(each.heard for each in tries),
        tries=len(tries),
        near=sum(each.near for each in tries),
        median=median(peaks) if peaks else None,
        background=noise,
        alarms=sum(each.heard for each in background or ()),
        threshold=suggested,
        why=why,
    )


def _threshold(peaks: Sequence[float], noise: float | None, now: float) -> tuple[float | None, str]:
    """Below nine of ten tries, and above all that was not meant; where both can't be, above what was not meant."""
    least = max(LOWEST, (noise or 0.0) + _MARGIN)
    if not peaks:
        if noise is None or _rounded(least) - now < _WORTH:
            return None, "nobody said the word"
        return _rounded(least), "something that nobody meant came near it"
    tenth = peaks[len(peaks) // 10]
    most = tenth - _MARGIN
    if least > min(most, HIGHEST):
        if noise is not None and noise + _MARGIN > most > LOWEST:
            wanted, why = (
                min(least, HIGHEST),
                "what was not meant scores as high as what was: less noise there would help more",
            )
        else:
            wanted, why = (
                min(LOWEST, now),
                "many tries score too low for any threshold: come nearer, or choose another wake word",
            )
    elif least <= now <= most:
        return None, "it lies between what was said and what was not"
    else:
        wanted = least if now < least else most
        why = (
            "something that nobody meant came near it"
            if now < least
            else f"nine of ten tries score {tenth:.2f} or more"
        )
    wanted = _rounded(min(HIGHEST, max(LOWEST, wanted)))
    return (wanted, why) if abs(wanted - now) >= _WORTH else (None, why)


def _rounded(value: float) -> float:
    return round(min(HIGHEST, value), 2)
