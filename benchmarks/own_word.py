"""A wake word of one's own, learnt from ten real recordings and judged by those of other speakers, and of the same.

    python -m benchmarks.own_word FOLDER [--words computer snowboy] [--seeds 0 1] [--recordings 10] [--hours 10]

FOLDER has index.jsonl with `file`, `group` and, in the group `phrases`, `text`. Learnt is as `equerry wake learn` does:
from the recordings, the installed voice and config/wake/ordinary.npz; from recordings of anybody, and with the first
seed from those of each speaker who said the word often enough to be judged by the rest. Missed are recordings of the
word, as they are, under noise 10 dB below, and in a room, of speakers that were not learnt from, and of those that
were; at the threshold that lets speech which nobody learnt from wake it 0.5 times an hour, and in brackets at the one
that the word was given (score 0.5). That speech: the other groups without what is in ordinary.npz, and the other words,
as they are and again through rooms with noise until the hours are full. Who spoke is told by the voice; embeddings are
kept in --cache.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.own_word_sounds import CONDITIONS, Rig, Row, Stream, speakers
from device.wiring.word import BANK
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE
from services.speech.finals.whisper import WhisperFinals
from services.speech.voice.varied import VariedPiper
from services.wake.base import Ears
from services.wake.features import Floats
from services.wake.head import Head
from services.wake.hearsay import EVERY, SECONDS
from services.wake.models import feature_models
from services.wake.openwakeword import written_in
from services.wake.teaching.bank import load_bank
from services.wake.teaching.clips import WordTake
from services.wake.teaching.lesson import Material, teach
from services.wake.teaching.pool import windows_of
from services.wake.teaching.takes import take_of
from services.wake.verifier import HOPELESS, borne_out
from training.installed import MODELS
from training.wake.embedded import Embedder
from training.wake.ordinary import sound_of

ALARMS_PER_HOUR = 0.5
_EVENT = 25
"""Frames (2 s) in which an alarm counts once."""
_REST = 3
"""Recordings of a speaker, beside those learnt from, without which nobody is judged by them."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What a word is learnt from."""

    word: str
    seed: int
    who: str
    known: Sequence[Row]


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """What a word that was learnt is heard by."""

    head: Head
    ears: Ears | None
    """None: its head alone."""

    def logits(self, heard: Stream) -> Floats:
        """Of each frame; 0 lies at the threshold that the word was given."""
        found = self.head.logits(windows_of(heard.embeddings, self.head.steps))
        phrase = written_in(self.head)
        if self.ears is None or not phrase:
            return found
        behind, asked, told = len(heard.embeddings) - len(found), -EVERY, (0.0, 0.0)
        for at in np.flatnonzero(found > HOPELESS):
            if at - asked >= EVERY:
                end = (int(at) + behind + 1) * FRAME_SAMPLES
                asked, told = at, self.ears.compare(heard.sound[max(0, end - round(SECONDS * RATE)) : end], phrase)
            found[at] = borne_out(float(found[at]), *told)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Logits of what a word is heard in."""

    peaks: Floats
    """Of speech, the highest of each two seconds, falling."""
    hours: float
    """Of that speech."""

    @classmethod
    def of(cls, judges: Sequence[Judge], rig: Rig, rows: Sequence[Row], word: str, hours: float) -> list[Judged]:
        """What speech in which nobody says the word does to it, by each judge."""
        peaks: list[list[Floats]] = [[] for _ in judges]
        frames = 0
        for stream in rig.others(rows, word, hours):
            frames += len(stream.embeddings)
            for judge, found in zip(judges, peaks, strict=True):
                heard = judge.logits(stream)
                found.append(
                    np.array([heard[at : at + _EVENT].max() for at in range(0, len(heard), _EVENT)], np.float32)
                )
        return [cls(np.sort(np.concatenate(found))[::-1], frames * FRAME_SECONDS / 3600) for found in peaks]

    @property
    def alarms_per_hour(self) -> float:
        """At the threshold that it was given."""
        return float(np.count_nonzero(self.peaks > 0) / self.hours)

    def missed(self, judge: Judge, rig: Rig, said: Sequence[Row]) -> list[tuple[int, int]]:
        """In each condition: at ALARMS_PER_HOUR, and at the threshold that it was given."""
        least = float(self.peaks[int(self.hours * ALARMS_PER_HOUR)])
        found = []
        for condition in CONDITIONS:
            best = np.array([judge.logits(rig.said(row, condition)).max() for row in said])
            found.append((int(np.count_nonzero(best <= least)), int(np.count_nonzero(best <= 0))))
        return found


def learnt(rig: Rig, rows: Sequence[Row], word: str, seed: int) -> tuple[Head, float]:
    """A head from these recordings, and the seconds of processor time that it took."""
    takes = [take for row in rows if isinstance(take := take_of(sound_of(rig.folder / row["file"])), WordTake)]
    voice, bank = VariedPiper(MODELS / "piper-en-us-joe", threads=1), load_bank(BANK)
    models, began = feature_models(MODELS / "openwakeword"), time.process_time()
    head = teach(Material(word, word, takes, bank), models, voice, told=lambda *_: None, ears=rig.ears, seed=seed)
    return head, time.process_time() - began


def drawn(groups: Sequence[Sequence[Row]], seed: int, count: int) -> Iterator[tuple[str, list[Row]]]:
    """What is learnt from: `count` recordings of anybody, and so many of each speaker who said it often enough."""
    everybody = [row for group in groups for row in group]
    for who, group in [("anybody", everybody), *((f"speaker {at}", each) for at, each in enumerate(groups, 1))]:
        rows = sorted(group, key=lambda row: str(row["file"]))
        np.random.default_rng(seed).shuffle(rows)
        if len(rows) >= count + _REST:
            yield who, rows[:count]


def judged(
    rig: Rig, rows: Sequence[Row], groups: Sequence[Sequence[Row]], lesson: Lesson, hours: float
) -> Iterator[str]:
    """A row of the table for the head alone, and one with the ears."""
    head, seconds = learnt(rig, lesson.known, lesson.word, lesson.seed)
    files = {str(row["file"]) for row in lesson.known}
    parts = {True: list[Row](), False: list[Row]()}
    for group in groups:
        rest = [row for row in group if row["file"] not in files]
        parts[len(rest) < len(group)] += rest
    judges = Judge(head, None), Judge(head, rig.ears)
    for by, judge, found in zip(
        ("head", "ears"), judges, Judged.of(judges, rig, rows, lesson.word, hours), strict=True
    ):
        cells = []
        for said in (parts[False], parts[True]):
            missed = found.missed(judge, rig, said)
            cells += [", ".join(f"{a / len(said):.1%} ({b / len(said):.1%})" for a, b in missed), str(len(said))]
        told = f"{found.alarms_per_hour:.2f} in {found.hours:.1f} h"
        yield (
            f"| {lesson.word} | {lesson.seed} | {lesson.who} | {by} | {' | '.join(cells)} | {told} | {seconds:.0f} s |"
        )


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folder", type=Path)
    told.add_argument("--words", nargs="+", default=["computer", "snowboy"])
    told.add_argument("--seeds", nargs="+", type=int, default=[0, 1])
    told.add_argument("--recordings", type=int, default=10)
    told.add_argument("--hours", type=float, default=10.0)
    told.add_argument("--groups", nargs="+", default=["phrases", "coffee", "read", "device"])
    told.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "equerry" / "own-word")
    asked = told.parse_args()
    asked.cache.mkdir(parents=True, exist_ok=True)
    lines = (asked.folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["group"] in asked.groups]
    ears = WhisperFinals(MODELS / "equerry-ears", threads=1)
    rig = Rig(asked.folder, asked.cache, Embedder(MODELS / "openwakeword"), ears)
    conditions = ", ".join(CONDITIONS)
    print(
        f"| word | seed | learnt from | by | missed of other speakers: {conditions} | of | of the same: {conditions}"
        " | of | alarms an hour at 0.5 | learnt in |"
    )
    print("|---" * 10 + "|")
    for word in asked.words:
        groups = speakers(asked.folder, [row for row in rows if row.get("text") == word])
        print(f"# {word}: {', '.join(str(len(group)) for group in groups)} recordings of each speaker", flush=True)
        for seed in asked.seeds:
            lessons = list(drawn(groups, seed, asked.recordings))
            for who, known in lessons if seed == asked.seeds[0] else lessons[:1]:
                for line in judged(rig, rows, groups, Lesson(word, seed, who, known), asked.hours):
                    print(line, flush=True)
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB of memory")


if __name__ == "__main__":
    main()
