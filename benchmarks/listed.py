"""Names of a store of 500 people, spoken by voices that nothing was tuned on: what the finals make of them without the
names, with the latest thirty shown to every second look, and with those near what was heard.

    python -m benchmarks.listed FOLDER [--sentences 20] [--conditions clean,10dB,room+10dB] [--unspoken]

FOLDER has noises in noise/ and measured rooms in rir/ (WAV or FLAC). All ways hear the same mixtures, which are made
from seeds. Word errors; sentences in which a name is missing; the same reading as that of the words that were said, by
the templates alone; seconds of the decodes. `--unspoken`: the names that are listed are others than those spoken.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import jiwer
import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from scipy.signal import fftconvolve

from benchmarks.finals import plain
from device.commands.directory import MOST_HINTS
from device.commands.families import SENTENCES
from firmware.frame import RATE, Samples
from services.speech.base import Hints, no_hints
from services.speech.finals.whisper import WhisperFinals
from services.understanding.names.base import Entity
from services.understanding.names.diminutives import SPELLINGS
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.words import phrases, word_set
from tests.voices import speak

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
VOICES = ("flite:awb", "espeak:en-gb-x-rp")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SURNAMES = sorted(
    word_set(
        "Kowalski Okafor Nakamura Lindqvist Hernandez Papadopoulos Fitzgerald Novak Bianchi Schneider Petrov Haddad"
        " Ndiaye Vasquez Abernathy Oyelaran Castellano Moreau Dubois Rosenthal Delgado Marchetti Sorensen Takahashi"
        " Chaudhry Gallagher Bhattacharya Lombardi Eriksson Zimmermann Farouk Ostrowski Quigley Stavros Villanueva"
    )
)
CUSTOMERS = phrases(
    "Brightwater | Oakleigh Dental | Northgate Motors | Pelican Bakery | Harcourt Estates | Lumen Optics"
)
TEMPLATES = phrases(
    """Assign the invoice to {first}. | Create a task to call {name} by Friday. | What are {first}'s tasks? |
    Send a message to {first}: the meeting is at four. | Schedule a meeting with {name} tomorrow at ten. |
    Remind me to call {name} at five. | Which tasks does {name} have? | Tell {first} the report is done. |
    Create a task to send the offer to {customer}. | What does {customer} owe?"""
)
Sound = npt.NDArray[np.float64]


def people(seed: str) -> list[str]:
    """Five hundred full names."""
    chance, given = random.Random(seed), sorted(SPELLINGS)
    return [f"{chance.choice(given).capitalize()} {chance.choice(SURNAMES)}" for _ in range(500)]


def sounds(folder: Path) -> list[Sound]:
    """Every recording of a folder."""
    found = [soundfile.read(file, always_2d=True) for file in sorted(folder.iterdir()) if file.suffix != ".md"]
    return [soxr.resample(sound[:, 0], rate, RATE) for sound, rate in found]


def mixed(words: Samples, condition: str, key: str, noises: Sequence[Sound], rooms: Sequence[Sound]) -> Samples:
    """Through a room, then noise at a level below the words, with 0.3 s before and 0.7 s after."""
    chance = np.random.default_rng(int(hashlib.sha1(key.encode()).hexdigest()[:8], 16))
    sound = words / 32768
    if "room" in condition:
        room = rooms[chance.integers(len(rooms))]
        heard = fftconvolve(sound, room[np.argmax(np.abs(room)) :])[: sound.size]
        sound = heard * np.sqrt((sound**2).mean() / (heard**2).mean())
    level = np.sqrt((sound**2).mean())
    sound = np.pad(sound, (int(0.3 * RATE), int(0.7 * RATE)))
    if "dB" in condition:
        noise = np.resize(noises[chance.integers(len(noises))], sound.size)
        sound += noise * level / np.sqrt((noise**2).mean()) / 10 ** (int(condition[:-2].rpartition("+")[2]) / 20)
    else:
        sound += chance.normal(0, 2e-4, sound.size)
    return np.asarray(np.clip(sound * 32767, -32768, 32767), np.int16)


def main() -> None:
    """Print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--sentences", type=int, default=20)
    arguments.add_argument("--conditions", default="clean,10dB,room+10dB")
    arguments.add_argument("--model", type=Path, default=MODELS / "equerry-ears")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--unspoken", action="store_true")
    given = arguments.parse_args()
    spoken = people("spoken")
    listed = people("others") if given.unspoken else spoken
    entities = [Entity("person", str(number), name) for number, name in enumerate(listed)]
    names = Names([*entities, *(Entity("customer", name, name) for name in CUSTOMERS)])
    parser = CommandParser(SENTENCES, None, names=lambda: names)
    known = parser.words()
    ways: dict[str, Hints] = {
        "none": no_hints,
        "latest": lambda _: listed[:30],
        "near": lambda heard: names.near(heard, known=known, limit=MOST_HINTS),
    }
    finals = WhisperFinals(given.model, threads=given.threads)
    finals.warm_up()
    noises, rooms = sounds(given.folder / "noise"), sounds(given.folder / "rir")
    chance = random.Random("sentences")
    print("| condition | names shown | word errors | names missing | read alike | seconds |\n|---|---|---|---|---|---|")
    told: list[tuple[str, tuple[str, ...]]] = []
    for number in range(given.sentences):
        name, customer = chance.choice(spoken), chance.choice(CUSTOMERS)
        slots = {"name": name, "first": name.split()[0], "customer": customer}
        template = TEMPLATES[number % len(TEMPLATES)]
        told.append((template.format(**slots), tuple(slots[slot] for slot in slots if f"{{{slot}}}" in template)))
    for condition in given.conditions.split(","):
        clips = [
            mixed(speak(text, VOICES[number // 2 % 2]), condition, text + condition, noises, rooms)
            for number, (text, _) in enumerate(told)
        ]
        for way, hints in ways.items():
            began = time.perf_counter()
            heard = [finals.transcribe(clip, hints=hints).text for clip in clips]
            took = time.perf_counter() - began
            wrong = jiwer.wer([plain(text) for text, _ in told], [plain(text) for text in heard])
            pairs = list(zip(told, heard, strict=True))
            missing = sum(any(plain(name) not in plain(text) for name in wanted) for (_, wanted), text in pairs)
            alike = sum(
                [(step.action, step.slots) for step in parser.parse(text.lower(), now=NOW).steps]
                == [(step.action, step.slots) for step in parser.parse(said.lower(), now=NOW).steps]
                for (said, _), text in pairs
            )
            print(
                f"| {condition} | {way} | {100 * wrong:.1f} % | {missing} of {len(told)} | {alike} | {took:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
