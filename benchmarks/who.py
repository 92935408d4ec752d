"""Whose voice it is: how often that is right, how often an unknown voice is taken for a known one, and what it costs.

    python -m benchmarks.who                       # synthetic voices
    python -m benchmarks.who --recordings FOLDER   # people (benchmarks/acoustics/people.py says of which folder)

Five are drawn who enrol with five sentences each where it is quiet, again and again; each of them gives a command of 2
to 4 s, and so do five others whom nobody knows. Commands are heard clean, 10 dB over a noise, through a room, and both.
Of people those alone are scored on from whom training/voiceprints has learnt nothing. With --wake it scores
`[wake] only_known_voices` in place of that: of one second, as long as a wake word, who is shut out and who is let in.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from benchmarks.acoustics.heard import Surroundings
from benchmarks.acoustics.people import CONDITIONS, Person, from_folder, learns, synthetic
from device.configuration.load import load
from device.voiceprints.book import ENCODER
from device.voiceprints.recognition import STRANGE
from device.wiring.ear import load_encoder
from firmware.frame import RATE
from services.voiceprints.base import Embedding, SpeakerEncoder, Voiceprint
from services.voiceprints.enrolment import EnrolmentSentenceUnfit, enrolment_sentence
from services.voiceprints.scoring import decided, ratios
from services.voiceprints.spoken import VoicedSound, voiced_in

ENROLLED = 5
ROUNDS = 400
WORD_S = 1.0
_SEED = 29
_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the encoder made of a person."""

    voiceprint: Voiceprint
    commands: Mapping[str, Sequence[tuple[Embedding, VoicedSound]]]
    """In each condition."""


def known(person: Person, encoder: SpeakerEncoder, surroundings: Surroundings) -> Known | None:
    """None where fewer than three of the sentences are fit to enrol with, as `equerry voices add` would say."""
    sentences = []
    for number, each in enumerate(person.enrolment, 1):
        try:
            heard = surroundings.heard(each, room=False, over_db=None)
            sentences.append(enrolment_sentence(f"sentence {number}", heard, encoder))
        except EnrolmentSentenceUnfit as unfit:
            print(f"{person.name}: {unfit}")
    if len(sentences) < 3:
        return None
    commands = {}
    for condition, (room, over_db) in CONDITIONS.items():
        voiced = [voiced_in(surroundings.heard(each, room=room, over_db=over_db)) for each in person.commands[:3]]
        commands[condition] = [(encoder.embed(each.samples), each) for each in voiced if each.seconds]
    embeddings = tuple(each.embedding for each in sentences)
    return Known(Voiceprint(person.name, embeddings, _AT, ENCODER), commands)


def score(people: Sequence[Known], condition: str) -> Counter[str]:
    """Over all rounds: right, unknown (of known ones), confused; stranger, taken (for somebody known)."""
    random, counts = np.random.default_rng(_SEED), Counter[str]()
    for _ in range(ROUNDS):
        drawn = [people[at] for at in random.permutation(len(people))]
        enrolled, others = drawn[:ENROLLED], drawn[ENROLLED : 2 * ENROLLED]
        prints = [each.voiceprint for each in enrolled]
        for each in (*enrolled, *others):
            if not each.commands[condition]:
                continue
            voice, voiced = each.commands[condition][random.integers(len(each.commands[condition]))]
            who = decided(ratios(voice, voiced, prints))
            if each in others:
                counts["taken" if who.name else "stranger"] += 1
            else:
                counts["right" if who.name == each.voiceprint.name else "confused" if who.name else "unknown"] += 1
    return counts


def table(people: Sequence[Known]) -> str:
    """A row for each condition, in percent."""
    rows = ["| heard | right | known taken for unknown | for somebody else | unknown taken for known |"]
    rows.append("|---|---|---|---|---|")
    for condition in CONDITIONS:
        counts = score(people, condition)
        own = sum(counts[name] for name in ("right", "unknown", "confused")) or 1
        strange = counts["taken"] + counts["stranger"] or 1
        shares = [counts[name] / own for name in ("right", "unknown", "confused")] + [counts["taken"] / strange]
        rows.append(f"| {condition} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |")
    return "\n".join(rows)


def word_of(person: Person) -> Person:
    """Who says only a second of each command, as long as a wake word."""
    return replace(person, commands=[each[: round(WORD_S * RATE)] for each in person.commands])


def woken(people: Sequence[Known], condition: str, enrolled: int) -> tuple[float, float]:
    """Of those enrolled the share that is shut out, of as many others the share that is let in."""
    random, shut, let, rounds = np.random.default_rng(_SEED), 0, 0, 0
    for _ in range(ROUNDS):
        drawn = [people[at] for at in random.permutation(len(people)) if people[at].commands[condition]]
        prints = [each.voiceprint for each in drawn[:enrolled]]
        for at, each in enumerate(drawn[: 2 * enrolled]):
            voice, voiced = each.commands[condition][random.integers(len(each.commands[condition]))]
            who = decided(ratios(voice, voiced, prints))
            strange = who.name is None and who.sureness >= STRANGE
            shut, let = shut + (at < enrolled and strange), let + (at >= enrolled and not strange)
        rounds += enrolled
    return shut / rounds, let / rounds


def woken_table(people: Sequence[Known]) -> str:
    """A row for each condition and number of people who are enrolled, in percent."""
    rows = ["| heard | enrolled | shut out of them | let in of others |", "|---|---|---|---|"]
    for condition in CONDITIONS:
        for enrolled in (1, 2, ENROLLED):
            shut, let = woken(people, condition, enrolled)
            rows.append(f"| {condition} | {enrolled} | {100 * shut:.1f} | {100 * let:.1f} |")
    return "\n".join(rows)


def cost(encoder: SpeakerEncoder) -> str:
    """How long an embedding takes: the median of nine, on the wall and of the processor."""
    sound = np.random.default_rng(0).normal(0, 1000, 4 * RATE).astype(np.int16)
    lines = []
    for seconds in (2, 3, 4):
        took = []
        for _ in range(9):
            wall, processor = time.perf_counter(), time.process_time()
            encoder.embed(sound[: seconds * RATE])
            took.append((time.perf_counter() - wall, time.process_time() - processor))
        wall, processor = np.median(took, axis=0)
        lines.append(f"{seconds} s: {1000 * wall:.0f} ms, of the processor {1000 * processor:.0f} ms")
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=Path, help="of people; without, synthetic voices")
    parser.add_argument("--wake", action="store_true", help="who may wake it, where only known voices may")
    options = parser.parse_args()
    folder = options.recordings
    encoder = load_encoder(load())
    print(cost(encoder), flush=True)
    drawn = [each for each in from_folder(folder) if not learns(each.name)] if folder else synthetic()
    surroundings = Surroundings(_SEED)
    said = [word_of(each) for each in drawn] if options.wake else drawn
    people = [found for each in said if (found := known(each, encoder, surroundings))]
    print(f"{len(people)} people, {ENROLLED} enrolled at a time, {ROUNDS} rounds")
    if len(people) < 2 * ENROLLED:
        print(f"At least {2 * ENROLLED} are needed.")
        return
    print(woken_table(people) if options.wake else table(people))


if __name__ == "__main__":
    main()
