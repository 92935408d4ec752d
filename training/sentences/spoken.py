"""Sentences really spoken by Piper and really heard by Whisper, with the words of their slots as they were heard.

    python -m training.sentences.spoken EXAMPLES.jsonl --out HEARD.jsonl [--count 400] [--kept 0.8] [--seed 7]

Each is spoken at a speed of its own and with a little noise. A sentence whose slots can't be found again in what was
heard is left out, as is one that lost so many of its other words that nobody could tell what was asked for. They are
learnt from (training.sentences.generate --heard) or, of those held out, evaluated.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

import numpy as np
import soxr
from piper import PiperVoice, SynthesisConfig

from firmware.frame import RATE, Samples
from services.speech.finals.whisper import WhisperFinals
from services.understanding.words import marked, split_words
from training.installed import MODELS
from training.sentences.examples import Example, Step, read_examples, write_examples
from training.sentences.frames import plain

SNR_DB = (10.0, 30.0)
SPEED = (0.8, 1.15)
"""Length of a sound as a multiple of Piper's own."""
_FIXED = frozenset(("direction", "state", "status", "priority"))
"""Slots with words that mean something else when others are heard."""
_ALIKE = 0.5
"""Of the letters of a slot; "mike" and "mic" have more."""


def spoken(voice: PiperVoice, text: str, random: Random) -> Samples:
    """The words as sound: 16 kHz mono int16, with half a second of room before and behind."""
    config = SynthesisConfig(length_scale=random.uniform(*SPEED))
    parts = [chunk.audio_float_array for chunk in voice.synthesize(text, config)]
    sound = soxr.resample(np.concatenate(parts), voice.config.sample_rate, RATE)
    sound = np.pad(sound, RATE // 2)
    noise = np.random.default_rng(random.randrange(2**32)).standard_normal(len(sound))
    noise *= np.sqrt(np.mean(sound**2)) / 10 ** (random.uniform(*SNR_DB) / 20)
    heard: Samples = np.clip((sound + noise) * 16384, -32768, 32767).astype(np.int16)
    return heard


def heard_as(example: Example, heard: str) -> Example | None:
    """The example in the words that were heard, with the marks they were written with; None where a slot is lost. A
    slot begins and ends where its words stood.
    """
    said, words = plain(example.sentence).split(), plain(heard).split()
    blocks = SequenceMatcher(a=said, b=words, autojunk=False).get_opcodes()
    steps = []
    for step in example.steps:
        slots = []
        for slot, value in step.slots:
            found = _found(said, value.split(), words, blocks)
            if not found:
                return None
            slots.append((slot, found))
        steps.append(Step(step.action, tuple(slots), step.after))
    return replace(example, sentence=marked(split_words(heard)), steps=tuple(steps), source="spoken")


def kept(said: Example, heard: Example) -> float:
    """Share of the words outside of slots that were heard, 0…1; 1 where there are none, 0 where a slot became something
    else.
    """
    before, after = (
        [(slot, value) for step in example.steps for slot, value in step.slots] for example in (said, heard)
    )
    if not all(_alike(slot, was, now) for (slot, was), (_, now) in zip(before, after, strict=True)):
        return 0.0
    others = Counter(plain(said.sentence).split()) - Counter(" ".join(value for _, value in before).split())
    return (others & Counter(plain(heard.sentence).split())).total() / others.total() if others else 1.0


def _alike(slot: str, was: str, now: str) -> bool:
    return was == now or (slot not in _FIXED and SequenceMatcher(a=was, b=now, autojunk=False).ratio() >= _ALIKE)


def _found(
    said: Sequence[str], value: Sequence[str], heard: Sequence[str], blocks: Sequence[tuple[str, int, int, int, int]]
) -> str:
    n = len(value)
    start = next((i for i in range(len(said) - n + 1) if list(said[i : i + n]) == list(value)), -1)
    if start < 0:
        return ""
    begin = next((j1 + (start - i1 if tag == "equal" else 0) for tag, i1, i2, j1, j2 in blocks if i1 <= start < i2), 0)
    end = next(
        (j1 + (start + n - i1) if tag == "equal" else j2 for tag, i1, i2, j1, j2 in blocks if i1 < start + n <= i2), 0
    )
    return " ".join(heard[begin:end])


def rows(examples: Sequence[Example], random: Random, least: float = 0.0) -> Iterator[Example]:
    """What is heard of each, where at least so much of the words outside of slots is `kept`."""
    folder = MODELS / "piper-en-us-joe"
    voice = PiperVoice.load(next(folder.glob("*.onnx")))
    finals = WhisperFinals(MODELS / "whisper-tiny.en")
    for example in examples:
        heard = heard_as(example, finals.transcribe(spoken(voice, example.sentence, random)).text)
        if heard and heard.sentence and kept(example, heard) >= least:
            yield heard


def main() -> None:
    """See above."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("examples", type=Path)
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--count", type=int, default=400)
    told.add_argument(
        "--kept", type=float, default=0.0, metavar="SHARE", help="of words outside of slots to be heard (%(default)s)"
    )
    told.add_argument("--seed", type=int, default=7)
    asked = told.parse_args()
    random = Random(asked.seed)
    examples = list(read_examples(asked.examples))
    random.shuffle(examples)
    print(write_examples(asked.out, rows(examples[: asked.count], random, asked.kept)), "were heard")


if __name__ == "__main__":
    main()
