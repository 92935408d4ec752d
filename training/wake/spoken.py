"""Has synthetic voices say wake words, what sounds like them, and other sentences.

    python -m training.wake.spoken --out FOLDER [--sentences FILE.jsonl] [--seed 7]

FOLDER gets 16 kHz FLAC and index.jsonl: file, voice, text, word (that is meant, or ""), near (the word it sounds like),
end (seconds at which the word ends), test. Called again, it goes on where it stopped. Voices are drawn as for the
ears; what is marked test is spoken by voices that are never learnt from.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from firmware.frame import RATE
from tests.voices import speak
from training.ears.speaking import Voices
from training.wake.phrases import CARRIERS, COMMANDS, NEAR, UNHEARD_NEAR, WORDS

Sound = npt.NDArray[np.float32]

INDEX = "index.jsonl"
TEST_VOICES = (
    "flite:awb", "espeak:en-gb-x-rp", "espeak:en-gb-scotland+f4", "espeak:en-us+linda", "espeak:en-gb+steph",
    "espeak:en-us+boris", "espeak:en-gb-scotland", "espeak:en-us+Alicia",
)  # fmt: skip
_POSITIVES, _NEAR_VOICES, _SENTENCES = 420, 9, 700
"""How many: of each word; voices of each near phrase; sentences."""
_IN_ONE_BREATH = 0.3
"""The share of wake words after which a command follows without a pause."""
_CLOSER = (0.88, 1.2)
"""Speakers' size is drawn once more: synthetic voices are too few."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said. `word`: the wake word at its beginning; `near`: the one that it sounds like."""

    text: str
    word: str = ""
    near: str = ""
    test: bool = False
    then: str = ""
    """Said in the same breath after it."""


def lines(sentences: list[str], random: Random) -> Iterator[Line]:
    """All that is said, in an order that does not matter."""
    for word, spellings in WORDS.items():
        for at in range(_POSITIVES):
            then = random.choice(COMMANDS) if random.random() < _IN_ONE_BREATH else ""
            yield Line(spellings[at % len(spellings)], word, then=then)
        for near in NEAR[word] * _NEAR_VOICES:
            yield Line(random.choice(CARRIERS).format(near), near=word)
        for _ in TEST_VOICES:
            for text in spellings[:2]:
                yield Line(text, word, test=True)
                yield Line(text, word, test=True, then=random.choice(COMMANDS))
            for near in UNHEARD_NEAR[word]:
                yield Line(random.choice(CARRIERS).format(near), near=word, test=True)
    for text in random.sample(sentences, min(_SENTENCES, len(sentences))):
        yield Line(text)


class Speaker:
    """Says lines in voices that are drawn."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._voices = Voices(random)

    def say(self, line: Line) -> tuple[str, Sound, float]:
        """Voice, 16 kHz sound, and the seconds at which the wake word ends (of the whole, where there is none)."""
        text = f"{line.text} {line.then}".strip()
        if line.test:
            voice, speed = self._random.choice(TEST_VOICES), self._random.uniform(0.8, 1.15)
            sound = np.asarray(speak(text, voice, round(speed, 2)) / 32768, np.float32)
        else:
            voice, sound = self._voices.speak(text)
            sound = np.asarray(soxr.resample(sound, RATE * self._random.uniform(*_CLOSER), RATE), np.float32)
        loud = np.flatnonzero(np.abs(sound) > 0.01 * np.abs(sound).max())
        sound = sound[loud[0] : loud[-1] + 1]
        share = (len(line.text) + 1) / (len(text) + 1) if line.then else 1.0
        return voice, sound, share * len(sound) / RATE


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--sentences", type=Path)
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    index = asked.out / INDEX
    held = len(index.read_text(encoding="utf-8").splitlines()) if index.is_file() else 0
    rows = asked.sentences.read_text(encoding="utf-8").splitlines() if asked.sentences else []
    said = list(lines([str(json.loads(row)["text"]) for row in rows], Random(asked.seed)))
    Random(asked.seed).shuffle(said)
    speaker = Speaker(Random(asked.seed + held))
    with index.open("a", encoding="utf-8", buffering=1) as out:
        for at, line in enumerate(said[held:], held):
            voice, sound, end = speaker.say(line)
            soundfile.write(asked.out / f"{at:05}.flac", sound, RATE, subtype="PCM_16")
            print(json.dumps({"file": f"{at:05}.flac", "voice": voice, "end": round(end, 3), **asdict(line)}), file=out)


if __name__ == "__main__":
    main()
