#!/usr/bin/env python3
"""Where turns end: orders, dictated sentences with pauses, digits read out in groups; cut off early or not, what was
written meanwhile, and how long the silence was.

    .venv/bin/python -m benchmarks.turn_ends [--orders 120] [--dictated 60] [--digits 30] [--seed 1] [--tell]

Synthetic voices say sentences of tests/utterances, with silence between their pieces; each is a turn of its own, after
a press. Whisper, voice activity, the end of the turn, the parser and the language model are real, and so is the store
on which what was heard is carried out. Audio time is an argument: what takes time in a room comes so many seconds of
sound later, as it was measured there (docs/performance.md): what was decoded in a pause, what the language model makes
of it, the reply, of which the microphone hears nothing (benchmarks.going_on has what it hears of it).

- Orders have at most ten words. Half of those that are said have no pause, half have one as 7.5 % of 280 real orders
  do: 0.3 to 0.35 s (43 %), to 0.4 (24), to 0.45 (18), to 0.7 (15), between any two words. Of a thousand orders 925 are
  taken to be like the first half.
- Dictated sentences have eleven words or more. Behind every other comma, "and", "to", "that" or "because" is a pause of
  0.3 to 0.9 s.
- Digits are telephone numbers and codes in groups of two to four, 0.4 to 0.8 s between them.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import yaml

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.configuration.load import load
from device.configuration.settings import Settings
from device.hearing.ear import Ear
from device.hearing.turn_end import Tell
from device.speaking.reply import Speaking
from device.turn import events as on
from device.wiring.basis import clock_of
from device.wiring.commands import build_parser, build_responder
from device.wiring.ear import Engines, build_ear, load_engines
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from services.actions.base import Response
from services.store.documents.accounts import Customer
from services.store.documents.people import Person
from services.store.store import Store
from services.understanding.completeness import completeness
from services.understanding.vocabulary import VOCABULARY
from tests.voices import ROOM_DBFS, pink_noise, speak

UTTERANCES = Path(__file__).resolve().parents[1] / "tests" / "utterances"
LEFT_OUT = ("declined", "near_misses", "hindi", "templates", "company")
"""Files whose sentences are no commands, or not English, or about a company that this store knows nothing of."""
PEOPLE = ("Sarah", "Mike", "Anna", "Ben", "Tom", "Emma Stone", "Lisa Wong", "Theo", "Lars", "Deniz")
CUSTOMERS = ("Henderson", "Rahul", "Priya", "Brenner")
VOICES = ("piper", "flite:slt", "espeak:en-us+f2", "piper", "flite:rms", "espeak:en-gb-x-rp+f3")
SPEEDS = (0.9, 1.0, 1.15)
PAUSED = 75
"""Of a thousand orders, those with a pause of 0.3 s or more."""
ORDER_PAUSES = ((0.3, 0.35, 43), (0.35, 0.4, 24), (0.4, 0.45, 18), (0.45, 0.7, 15))
DICTATED_PAUSE = (0.3, 0.9)
DIGIT_PAUSE = (0.4, 0.8)
BREATH = re.compile(r"(?:,|\b(?:and|to|that|because))$", re.IGNORECASE)
DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
READ_OUT = (
    "Emma's number changed to {}",
    "add Lisa to my contacts with number {}",
    "note that the gate code is {}",
    "Tom's phone number is {}",
    "save a contact for the plumber, his number is {}",
)
SETTINGS = {
    "EQUERRY_PATHS__MODELS": str(load().paths.models),
    "EQUERRY_PATHS__DATA": "{}",
    "EQUERRY_FINALS__THREADS": "1",
    "EQUERRY_PARTIALS__ENGINE": "none",
    "EQUERRY_LANGUAGE_MODEL__LIMIT_S": "20",  # how busy the machine is must not matter
}
LEAD_S, TAIL_S = 1.0, 2.2
EARLY_S = 0.1
"""Before the last sample of a sentence its sound is often below the room already."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence as it is spoken."""

    text: str
    pieces: tuple[str, ...]
    pauses: tuple[float, ...]
    """Seconds between them."""
    voice: str
    speed: float

    def sound(self, seed: int) -> tuple[Samples, float]:
        """What the microphone hears, and when the last word ends, seconds."""
        parts: list[Any] = [np.zeros(round(LEAD_S * RATE), np.int16)]
        for piece, pause in zip(self.pieces, (*self.pauses, 0.0), strict=True):
            parts += [speak(piece, self.voice, self.speed), np.zeros(round(pause * RATE), np.int16)]
        clean = np.concatenate(parts)
        ends = len(clean) / RATE
        clean = np.concatenate([clean, np.zeros(round(TAIL_S * RATE), np.int16)])
        heard = clean + pink_noise(len(clean), ROOM_DBFS, seed)
        return np.clip(np.rint(heard), -32768, 32767).astype(np.int16), ends


@dataclass(slots=True)
class Heard:
    """What came of it."""

    said: Said
    cut: bool = False
    """The turn ended before the sentence did."""
    first: str = ""
    """What was heard when it ended first."""
    taken_up: bool = False
    committed: bool = False
    """The beginning was carried out, and something was written."""
    whole: str = ""
    """What was heard when all was over, where it was taken up."""
    taken_back: bool = False
    """What was written for the beginning was undone by what was said in the end."""
    wait: float | None = None
    """Seconds between the last word and the end of the turn; None: all of it never came."""

    @property
    def lost(self) -> bool:
        """Cut off, and what followed was not heard as part of it."""
        return self.cut and self.wait is None


class Later:
    """What is told some seconds of sound later."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, Callable[[], None]]] = []

    def after(self, seconds: float, tell: Callable[[], None]) -> None:
        """Leave it until then."""
        self._due.append((self.now + seconds, tell))

    def come_to(self, now: float) -> None:
        """Tell what is due by then."""
        self.now = now
        due, self._due = [each for each in self._due if each[0] <= now], [each for each in self._due if each[0] > now]
        for _, tell in due:
            tell()

    def forget(self) -> None:
        """Another sentence begins."""
        self._due.clear()


@dataclass(slots=True)
class Desk:
    """An appliance that hears one sentence after the other."""

    settings: Settings
    engines: Engines
    store: Store
    options: argparse.Namespace
    later: Later = field(default_factory=Later)
    responder: Responder = field(init=False)
    events: list[on.Event] = field(default_factory=list)
    client: str = ""
    _ear: Ear = field(init=False)
    _frames: int = 0
    """Heard so far: one stream of sound."""

    def __post_init__(self) -> None:
        now = clock_of(self.settings)
        directory = StoreDirectory(self.store)
        quick = build_parser(self.settings, model=False, names=directory.names)
        parser = build_parser(self.settings, names=directory.names)
        self.responder = build_responder(self.settings, self.store, parser, directory)

        def ending(text: str, confidence: float, tell: Tell) -> None:
            """As in device/wiring/senses.py, with the time that it takes."""
            found = completeness(quick.parse(text, now=now()))
            self.later.after(self.options.decode_s, partial(tell, found))
            if found in ("unsure", "unfinished"):
                read = self.responder.understand(text, client=self.client, confidence=confidence).command
                self.later.after(self.options.decode_s + self.options.ahead_s, partial(tell, completeness(read)))

        self._ear = build_ear(
            self.settings,
            self.engines,
            self._took,
            hints=partial(directory.hints, known=parser.words()),
            whole=lambda text: quick.whole(text, now=now()),
            ending=ending,
            speaking=cast(Speaking, SimpleNamespace(level=None, said=lambda _: "")),
        )

    def _took(self, event: on.Event | on.Crashed) -> None:
        if isinstance(event, on.Crashed):
            raise event.error
        self.events.append(event)

    def hear(self, said: Said, number: int) -> Heard:
        """One sentence, from a press to what came of it."""
        samples, ends = said.sound(number)
        self.client, self.events = f"file:{number}", []
        self.later.forget()
        self._ear.close()
        self._ear.over.own_voice = False
        ends += self._frames * FRAME_SECONDS
        heard, frames = Heard(said), samples[: samples.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
        turns, resumed = 0, set[int]()
        for index, part in enumerate(frames):
            frame = Frame(part, self._frames)
            self._frames += 1
            if index == round(LEAD_S / 2 * RATE / FRAME_SAMPLES):
                self._ear.open(self._ear.turn + 2)
            self.later.come_to(frame.end)
            self._ear.hear(frame)
            came, self.events = self.events, []
            for event in came:
                match event:
                    case on.SpeechEnded() if turns == 0 or event.turn in resumed:
                        turns += 1
                        heard.cut |= turns == 1 and frame.end < ends - EARLY_S
                        heard.wait = frame.end - ends
                    case on.WentOn(turn):
                        heard.taken_up = True
                        resumed.add(turn)
                        self._ear.over.own_voice = False
                        self.later.forget()
                    case on.FinalHeard(turn, final):
                        self._answer(heard, final.text, final.confidence, resumes=turn in resumed)
        if heard.wait is not None and heard.wait < -EARLY_S:
            heard.wait = None
        return heard

    def _answer(self, heard: Heard, text: str, confidence: float, *, resumes: bool) -> None:
        """Carry it out; the reply sounds soon, and nothing is taken up behind it."""
        if not text:
            return
        said = self.responder.understand(text, client=self.client, confidence=confidence, resumes=resumes)
        response = self.responder.carry_out(said)
        if resumes:
            heard.whole = text
            heard.taken_back |= any(step.action == "control.undo" for step in response.command.steps)
        else:
            heard.first = text
            heard.committed = wrote(response)
        self.later.after(self.options.answer_s, partial(setattr, self._ear.over, "own_voice", True))


def wrote(response: Response) -> bool:
    """Whether something was written."""
    done = {outcome.action for outcome in response.outcomes if outcome.ok}
    return any(VOCABULARY[action].writes for action in done if action in VOCABULARY)


def sentences() -> list[str]:
    """Commands of ours, without punctuation that a mouth could not say."""
    found: list[str] = []
    for path in sorted(UTTERANCES.glob("*.yaml")):
        if path.stem.startswith(LEFT_OUT) or path.stem.endswith("declined"):
            continue
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["rows"]
        found += [row["say"] for row in rows if row.get("steps") and re.fullmatch(r"[\w ,.'?!:-]+", row["say"])]
    return list(dict.fromkeys(found))


def spoken_words(text: str) -> list[str]:
    """Its words; a dash between two of them is none."""
    return re.findall(r"\S*\w\S*", text)


def cut_at(words: Sequence[str], places: Sequence[int]) -> tuple[str, ...]:
    """The pieces between these places."""
    bounds = [0, *places, len(words)]
    return tuple(" ".join(words[a:b]) for a, b in pairwise(bounds))


def order(text: str, rng: random.Random, how: tuple[str, float], *, pause: bool) -> Said:
    """An order, with a pause somewhere or without any."""
    words = spoken_words(text)
    if not pause or len(words) < 2:
        return Said(text, (text,), (), *how)
    low, high, _ = rng.choices(ORDER_PAUSES, [weight for *_, weight in ORDER_PAUSES])[0]
    return Said(text, cut_at(words, [rng.randrange(1, len(words))]), (rng.uniform(low, high),), *how)


def dictated(text: str, rng: random.Random, how: tuple[str, float]) -> Said:
    """A long sentence, with breaths."""
    words = spoken_words(text)
    places = [at for at in range(1, len(words)) if BREATH.search(words[at - 1]) and rng.random() < 0.5]
    return Said(text, cut_at(words, places), tuple(rng.uniform(*DICTATED_PAUSE) for _ in places), *how)


def digits(text: str, rng: random.Random, how: tuple[str, float]) -> Said:
    """Digits in groups behind some words."""
    groups = [" ".join(rng.choices(DIGITS, k=rng.randint(2, 4))) for _ in range(rng.randint(2, 4))]
    pieces = (text.format(groups[0]), *groups[1:])
    return Said(" ".join(pieces), pieces, tuple(rng.uniform(*DIGIT_PAUSE) for _ in groups[1:]), *how)


def drawn(options: argparse.Namespace) -> dict[str, list[Said]]:
    """What is said, by kind; another seed draws others."""
    rng = random.Random(options.seed)
    known = sentences()
    rng.shuffle(known)
    short = [text for text in known if 3 <= len(text.split()) <= 10]
    long = [
        text for text in known if len(text.split()) >= 11 and any(BREATH.search(word) for word in text.split()[:-1])
    ]

    def how() -> tuple[str, float]:
        return rng.choice(VOICES), rng.choice(SPEEDS)

    half = options.orders // 2
    return {
        "orders without a pause": [order(text, rng, how(), pause=False) for text in short[:half]],
        "orders with a pause": [order(text, rng, how(), pause=True) for text in short[half : 2 * half]],
        "dictated": [dictated(text, rng, how()) for text in long[: options.dictated]],
        "digits": [digits(READ_OUT[at % len(READ_OUT)], rng, how()) for at in range(options.digits)],
    }


def row(kind: str, heard: Sequence[Heard]) -> str:
    """A row of the table."""
    cut = [each for each in heard if each.cut]
    up = [each for each in cut if not each.lost]
    lost = [each for each in cut if each.lost]
    waits = [each.wait for each in heard if each.wait is not None and not each.cut]
    back = sum(each.committed for each in up)
    return (
        f"| {kind} | {len(heard)} | {len(cut)} ({100 * len(cut) / len(heard):.1f} %) | {len(up)} | {back} |"
        f" {len(lost)} | {sum(each.committed for each in lost)} |"
        f" {f'{median(waits):.2f} s' if waits else '–'} |"
    )


def main() -> None:
    """Let them be heard, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=240, help="half of them with a pause")
    parser.add_argument("--dictated", type=int, default=80)
    parser.add_argument("--digits", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--decode-s", type=float, default=0.1, help="until a decode that began in a pause is there")
    parser.add_argument("--ahead-s", type=float, default=0.3, help="until the language model has read it, too")
    parser.add_argument("--answer-s", type=float, default=0.12, help="from the end of a turn to the reply")
    parser.add_argument("--tell", action="store_true", help="print what was cut off")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "equerry.db") as store:
        settings = load({**os.environ, **{key: value.format(folder) for key, value in SETTINGS.items()}})
        with store.transaction(label="known", now=clock_of(settings)()) as work:
            for name in PEOPLE:
                work.add(Person(name=name))
            for name in CUSTOMERS:
                work.add(Customer(name=name))
        with load_engines(settings, wake=False, inline=True) as engines:
            desk = Desk(settings, engines, store, options)
            found: dict[str, list[Heard]] = {}
            print("| | said | cut off early | taken up again | written before | lost | written | wait |")
            print("|---|---|---|---|---|---|---|---|")
            number = 0
            for kind, all_said in drawn(options).items():
                for said in all_said:
                    number += 1
                    found.setdefault(kind, []).append(desk.hear(said, number))
                print(row(kind, found[kind]), flush=True)
    without, paused = found["orders without a pause"], found["orders with a pause"]

    def of_thousand(holds: Callable[[Heard], bool]) -> float:
        shares = [sum(map(holds, each)) / len(each) for each in (without, paused)]
        return (1000 - PAUSED) * shares[0] + PAUSED * shares[1]

    print(
        f"\nOf 1,000 orders, reckoned from these: {of_thousand(lambda each: each.cut):.1f} cut off early,"
        f" {of_thousand(lambda each: each.cut and each.committed and not each.lost):.1f} written and taken back,"
        f" {of_thousand(lambda each: each.lost and each.committed):.1f} written and left."
    )
    print(f"{number} sentences, {time.monotonic() - began:.0f} s")
    if options.tell:
        for kind, all_heard in found.items():
            for each in all_heard:
                if each.cut:
                    gaps = ", ".join(f"{pause:.2f}" for pause in each.said.pauses)
                    print(f"{kind}: {' | '.join(each.said.pieces)} ({gaps} s, {each.said.voice})")
                    print(
                        f"    {each.first!r} → {each.whole!r} {'written' if each.committed else ''}"
                        f"{', taken back' if each.taken_back else ''}"
                    )


if __name__ == "__main__":
    main()
