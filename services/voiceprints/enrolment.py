"""Getting to know a voice: sentences are looked at one by one and together before a voiceprint is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from firmware.errors import FacultyError
from firmware.frame import RATE, Samples
from services.voiceprints.base import Embedding, SpeakerEncoder, Voiceprint
from services.voiceprints.spoken import VoicedSound, voiced_in

LEAST = 3
"""Sentences, at least."""
USUAL = 5
LONGEST_S = 30.0
"""A recording that is longer is more than a sentence, and who knows whose."""
_SHORTEST_S = 0.7
_SOFTEST_DBFS = -52.0
_NOISIEST_DB = 10.0
_CLIPPED = 0.005
"""Share of the samples at full scale."""
_SAME_PERSON = 0.45
"""Likeness of a sentence to the others, below which it is somebody else's."""
_SAME_SOUND = 0.995
"""Likeness from which two recordings are the same one: nobody says anything twice alike."""
ALIKE = 0.6
"""Likeness from which two people may be taken for each other."""


class EnrolmentRefused(FacultyError):
    """{name} was not enrolled. {reasons}"""

    code = "voiceprints.enrolment"


class EnrolmentSentenceUnfit(FacultyError):
    """{title}: {reason}"""

    code = "voiceprints.sentence"


@dataclass(frozen=True, slots=True, eq=False)
class EnrolmentSentence:
    """One that is fit to know a voice by."""

    title: str
    """What it is called where something is said of it: a file, "sentence 2"."""
    speech: VoicedSound
    embedding: Embedding


def enrolment_sentence(title: str, samples: Samples, encoder: SpeakerEncoder) -> EnrolmentSentence:
    """Of 16 kHz mono int16. Raises EnrolmentSentenceUnfit, which says what to do."""
    speech = voiced_in(samples)
    if reason := _unfit(samples, speech):
        raise EnrolmentSentenceUnfit(title=title, reason=reason)
    return EnrolmentSentence(title, speech, encoder.embed(speech.samples))


def _unfit(samples: Samples, speech: VoicedSound) -> str | None:
    if speech.seconds == 0.0:
        return "nobody speaks in it, or it is nothing but noise. Say a sentence, near the microphone."
    if speech.level < _SOFTEST_DBFS:
        return f"it is too soft ({speech.level:.0f} dBFS). Come nearer, or run: equerry mic calibrate."
    if np.mean(np.abs(samples.astype(np.int32)) >= 32_767) > _CLIPPED:
        return "it is too loud for the microphone. Go farther away, or run: equerry mic calibrate."
    if speech.snr < _NOISIEST_DB:
        return (
            f"there is too much noise (the voice is {speech.snr:.0f} dB over it). Try again where it is quiet, or come"
            " nearer."
        )
    return _unfit_length(samples.size / RATE, speech)


def _unfit_length(seconds: float, speech: VoicedSound) -> str | None:
    if seconds > LONGEST_S:
        return f"it is longer than {LONGEST_S:.0f} s. Record one sentence by itself."
    if speech.seconds < _SHORTEST_S:
        return f"it is too short ({speech.seconds:.1f} s of speech). Say a whole sentence, such as you would command."
    return None


def voiceprint(name: str, sentences: Sequence[EnrolmentSentence], *, at: datetime, encoder: str) -> Voiceprint:
    """Of sentences that one person said. `encoder`: the model of their embeddings. Raises EnrolmentRefused with all
    that is amiss.
    """
    if reasons := [*_together(sentences)]:
        raise EnrolmentRefused(name=name, reasons=" ".join(reasons))
    return Voiceprint(name, tuple(each.embedding for each in sentences), at, encoder)


def _together(sentences: Sequence[EnrolmentSentence]) -> list[str]:
    if len(sentences) < LEAST:
        there = {0: "there is none", 1: "there is only one"}.get(len(sentences), f"there are {len(sentences)}")
        return [f"It takes {LEAST} to {USUAL} different sentences, and {there}."]
    voices = np.stack([each.embedding for each in sentences])
    likeness = voices @ voices.T
    same = [
        _the_same(sentences[one].title, sentences[other].title)
        for one in range(len(sentences))
        for other in range(one + 1, len(sentences))
        if likeness[one, other] > _SAME_SOUND
    ]
    return [*dict.fromkeys(same)] or _others(sentences, voices)


def _the_same(one: str, other: str) -> str:
    if one == other:
        return f"{one} is there twice; say another sentence instead."
    return f"{one} and {other} are the same recording; say another sentence instead."


def _others(sentences: Sequence[EnrolmentSentence], voices: Embedding) -> list[str]:
    """Those that somebody else said: the least like the rest is taken out, until the rest are of one voice."""
    left, odd = list(range(len(sentences))), []
    while len(left) > 1:
        near = [_like_rest(voices, one, left) for one in left]
        if min(near) >= _SAME_PERSON:
            break
        odd.append(left.pop(near.index(min(near))))
    if not odd:
        return []
    if len(left) < 2:
        return ["No two of the sentences are of one voice. Say all of them yourself, with nobody else speaking."]
    return [f"{sentences[one].title} is of another voice than the rest; say it again yourself." for one in sorted(odd)]


def _like_rest(voices: Embedding, one: int, left: Sequence[int]) -> float:
    rest = np.mean(voices[[each for each in left if each != one]], axis=0)
    return float(voices[one] @ rest / max(float(np.linalg.norm(rest)), 1e-9))


def nearest(print_: Voiceprint, others: Sequence[Voiceprint]) -> tuple[str, float] | None:
    """Whoever else sounds so much like this person that the two may be taken for each other, with the likeness."""
    comparable = [each for each in others if each.name != print_.name and each.encoder == print_.encoder]
    near = [(each.name, float(each.mean @ print_.mean)) for each in comparable]
    best = max(near, key=lambda one: one[1], default=None)
    return best if best and best[1] >= ALIKE else None
