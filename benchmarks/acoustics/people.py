"""People and what they say, for benchmarks and training of voiceprints: out of a folder of recordings, or synthetic."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from firmware.frame import RATE, Samples
from firmware.sound.resample import to_int16
from tests.voices import installed, speak

ENROLLED_S = 2.0
"""Of each of the sentences that somebody enrols with, where they are cut out of a longer recording."""
SENTENCES = 5
_PERSON = re.compile(r"librispeech[^/]*/(?:\d+/)?(\d+)-\d+-\d+\.flac$")
"""Whose recording it is, out of its path: LibriSpeech's alone tell."""
_SAID = (
    "turn on the light in the kitchen and close the blinds",
    "create a task to send the quarterly report to Sarah by Friday",
    "remind me to call the dentist tomorrow at half past nine",
    "what is on my calendar for the rest of this week",
    "add two loaves of bread and a dozen eggs to the shopping list",
    "set a timer for twenty five minutes",
    "schedule a meeting with Michael next Tuesday at ten",
    "how is the weather going to be in the afternoon",
    "move the design review to the day after tomorrow",
    "tell the marketing team that the launch is on Monday",
)
_SYNTHETIC = (
    "piper", "espeak:en-us+m2", "espeak:en-us+f2", "espeak:en-us+f5", "espeak:en-gb-scotland", "espeak:en-gb-x-rp+f3",
    "espeak:en-us+m7", "espeak:en-gb+f4", "flite:slt", "flite:rms", "flite:awb", "flite:kal16",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody, in dry sound."""

    name: str
    enrolment: Sequence[Samples]
    """Five sentences."""
    commands: Sequence[Samples]
    """Of 2 to 4 s, none of them among the sentences."""


def from_folder(folder: Path) -> list[Person]:
    """Those whose recordings `index.jsonl` lists (a `file` and a `path` in each line) and whose paths tell who they
    are; whoever has less than five sentences and a command is left out.
    """
    files: dict[str, list[str]] = {}
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if name := person_of(str(row["path"])):
            files.setdefault(name, []).append(str(row["file"]))
    return [
        person
        for name, own in sorted(files.items())
        if (person := _cut(name, [read(folder / file) for file in sorted(own)]))
    ]


def person_of(path: str) -> str | None:
    """Who speaks in a recording, where its path tells."""
    found = _PERSON.search(path)
    return f"read:{found[1]}" if found else None


def read(path: Path) -> Samples:
    """The first channel, int16 at 16 kHz."""
    sound, rate = soundfile.read(path, dtype="int16", always_2d=True)
    if rate != RATE:
        raise ValueError(f"{path} has {rate} samples a second, and must have {RATE}")
    return np.ascontiguousarray(sound[:, 0])


def learns(person: str) -> bool:
    """Whether this person is learnt from; all others are scored on."""
    return zlib.crc32(person.encode()) % 2 == 0


def _cut(name: str, recordings: Sequence[Samples]) -> Person | None:
    """With several recordings, one enrols with the first and commands in the others."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    length = round(ENROLLED_S * RATE)
    first = recordings[0]
    if first.size < SENTENCES * length:
        return None
    enrolment = [first[at * length : (at + 1) * length] for at in range(SENTENCES)]
    rest = recordings[1:] or [first[SENTENCES * length :]]
    commands = [piece for sound in rest for piece in _pieces(sound, random)]
    return Person(name, enrolment, commands) if commands else None


def _pieces(sound: Samples, random: np.random.Generator) -> Iterator[Samples]:
    at = 0
    while sound.size - at >= 2 * RATE:
        length = round(random.uniform(2.0, 4.0) * RATE)
        yield sound[at : at + length]
        at += length


def synthetic() -> list[Person]:
    """Each synthetic voice that can speak here, at two speeds, which is no other person to anybody."""
    return [
        Person(
            f"synthetic:{voice}",
            [speak(words, voice) for words in _SAID[:SENTENCES]],
            [speak(words, voice, speed) for words in _SAID[SENTENCES:] for speed in (0.95, 1.1)],
        )
        for voice in _SYNTHETIC
        if installed(voice)
    ]


CONDITIONS: Mapping[str, tuple[bool, float | None]] = {
    "clean": (False, None),
    "10 dB": (False, 10.0),
    "room": (True, None),
    "room, 10 dB": (True, 10.0),
}
"""Whether through a room, and how far over a noise."""


def padded(sound: Samples, seconds: float = 0.3) -> Samples:
    """With silence before and after, as the ear cuts a command."""
    silence = np.zeros(round(seconds * RATE), np.int16)
    return np.concatenate((silence, sound, silence))


def louder(sound: np.ndarray, dbfs: float) -> np.ndarray:
    """As loud as that on average, float."""
    return np.asarray(sound * (32768 * 10 ** (dbfs / 20) / max(1e-9, float(np.sqrt(np.mean(np.square(sound)))))))


def to_samples(sound: np.ndarray) -> Samples:
    """Int16 of a sound whose full scale is 32768."""
    return to_int16((sound / 32768).astype(np.float32))
