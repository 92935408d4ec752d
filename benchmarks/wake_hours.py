"""What wakes it in many hours of sound that has no wake word in it.

    python -m benchmarks.wake_hours FOLDER… [--hours 40] [--cache FOLDER] [--verifiers FOLDER] [--first]

Each FOLDER has index.jsonl with at least a "file" a line, of speech or noise; without any, synthetic voices say
sentences. All of it is replayed until the hours are full, each time through other rooms, noises and levels (seeded), so
that most of them are the same recordings anew. What the first stage hears above its floor is kept in the cache:
another second stage is judged in seconds. `--first`: without the second stage, as openWakeWord alone with a second look
at near misses.

Prints for each word the alarms an hour, of speech read and spoken and of what sounds alike, and what each alarm was.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.wake_sounds import Clip, Replayed, clips_of, said_by_voices
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Samples
from services.speech.finals.whisper import WhisperFinals
from services.wake.base import Ears, WakeSettings
from services.wake.features import Floats
from services.wake.hearsay import SECONDS
from services.wake.judge import WordJudge
from services.wake.openwakeword import SUREST, phrase_of
from services.wake.verifier import Verifier, load_verifier
from training.installed import MODELS
from training.wake.embedded import Embedder, suppressed
from training.wake.phrases import WORDS

FLOOR = 0.02
"""The first stage's score from which on anything is kept; no second stage asks below it."""
_MARGIN = 0.2
"""`second_look` of the settings."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What the first stage heard of one word in one replay of one clip: a row for each frame above the floor."""

    clip: str
    frames: list[int]
    first: list[float]
    second: list[float]
    ears: list[tuple[float, float]]
    """What Whisper says of it, as services.wake.base.Ears.compare."""
    windows: Floats
    """Shape (n, 2, 16, 96): as it is, and with the noise suppressed."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One wrong wake."""

    word: str
    clip: str
    at: float
    score: float


def listen(embedder: Embedder, clip: Clip, scenes: Replayed, ears: Ears) -> tuple[int, dict[str, Heard]]:
    """Frames, and what each word that is not in it heard."""
    sound = scenes.heard(clip.sound)
    sound = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES]
    hearing = Hearing(embedder, clip.name, sound, ears)
    found = {word: heard for word in WORDS if not clip.says(word) and (heard := hearing.of(word))}
    return len(hearing.raw), found


class Hearing:
    """One sound, 16 kHz, whole frames of it, as the words hear it."""

    def __init__(self, embedder: Embedder, clip: str, sound: Samples, ears: Ears) -> None:
        self._embedder, self._clip, self._sound, self._ears = embedder, clip, sound, ears
        self.raw = embedder.first(sound)

    @cached_property
    def _quiet(self) -> Samples:
        return suppressed(self._sound)

    def of(self, word: str) -> Heard | None:
        """What one word heard; None where the first stage stays below the floor."""
        scores = self._embedder.scores(word, self.raw)
        frames = np.flatnonzero(scores >= FLOOR)
        if not len(frames):
            return None
        seconds = np.stack([self._embedder.ending(self._quiet, int(frame)) for frame in frames])
        windows = np.stack((self._embedder.windows(self.raw)[frames], seconds), axis=1)
        again = [self._embedder.score(word, each) for each in seconds]
        ends = [(int(frame) + 1) * FRAME_SAMPLES for frame in frames]
        lasts = [self._sound[max(0, end - int(SECONDS * RATE)) : end] for end in ends]
        told = [self._ears.compare(last, phrase_of(word)) for last in lasts]
        return Heard(self._clip, frames.tolist(), scores[frames].tolist(), again, told, windows)


def alarms(word: str, heard_: Heard, verifier: Verifier | None) -> Iterator[Alarm]:
    """Where the appliance would have been woken."""
    judge, last = WordJudge(word, WakeSettings(), least=verifier.patience if verifier else 1), -1
    rows = zip(heard_.frames, heard_.first, heard_.second, heard_.ears, heard_.windows, strict=True)
    for frame, first, second, ears, windows in rows:
        if frame != last + 1:
            judge.hear(0.0, last * FRAME_SECONDS)  # between them the first stage heard nothing
        last = frame
        if verifier is None:
            score = second if 0.2 <= first < 0.5 and second >= min(0.5 + _MARGIN, SUREST) else first
        elif first >= verifier.floor:
            score = verifier.score(first, second, windows[:1], windows[1:], partial(_told, ears))
        else:
            score = first
        if judge.hear(score, frame * FRAME_SECONDS):
            yield Alarm(word, heard_.clip, frame * FRAME_SECONDS, score)


def _told(answer: tuple[float, float]) -> tuple[float, float]:
    return answer


def replay(clips: Sequence[Clip], number: int, cache: Path | None) -> tuple[int, dict[str, list[Heard]]]:
    """All clips once more, from the cache where they are in it; frames, and what each word heard."""
    path = cache / f"replay{number}.npz" if cache else None
    if path and path.is_file():
        return cached(path)
    embedder, scenes = Embedder(MODELS / "openwakeword", tuple(WORDS)), Replayed(number)
    ears = WhisperFinals(MODELS / "equerry-ears", threads=1)
    frames, found = 0, {word: list[Heard]() for word in WORDS}
    for clip in clips:
        count, words = listen(embedder, clip, scenes, ears)
        frames += count
        for word, each in words.items():
            found[word].append(each)
    if path:
        _cache(path, frames, found)
    return frames, found


def _cache(path: Path, frames: int, found: dict[str, list[Heard]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {
        word: [[each.clip, each.frames, each.first, each.second, each.ears] for each in every]
        for word, every in found.items()
    }
    windows: dict[str, Any] = {
        word: np.concatenate([each.windows for each in every]).astype(np.float16)
        for word, every in found.items()
        if every
    }
    np.savez(path, frames=frames, told=json.dumps(told), **windows)


def cached(path: Path) -> tuple[int, dict[str, list[Heard]]]:
    """What a replay that was kept had heard: frames, and of each word."""
    kept, found = np.load(path), {word: list[Heard]() for word in WORDS}
    for word, every in json.loads(str(kept["told"])).items():
        at = 0
        for clip, frames, first, second, ears in every:
            windows = kept[word][at : at + len(frames)].astype(np.float32)
            found[word].append(Heard(clip, frames, first, second, [(each[0], each[1]) for each in ears], windows))
            at += len(frames)
    return int(kept["frames"]), found


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folders", type=Path, nargs="*")
    told.add_argument(
        "--learnt", type=Path, action="append", default=[], help="a FOLDER a part of which was learnt from"
    )
    told.add_argument("--hours", type=float, default=40.0)
    told.add_argument("--cache", type=Path)
    told.add_argument("--verifiers", type=Path, default=Path("config/wake/verifiers"))
    told.add_argument("--first", action="store_true")
    told.add_argument("--begin", type=int, default=0, help="number of the first replay")
    asked = told.parse_args()
    clips = clips_of(asked.folders, asked.learnt) if asked.folders or asked.learnt else said_by_voices()
    judges: dict[str, Any] = {
        word: None if asked.first else load_verifier(asked.verifiers / f"{word}.npz") for word in WORDS
    }
    frames, number, woken, began = 0, asked.begin, list[Alarm](), time.monotonic()
    while frames * FRAME_SECONDS < asked.hours * 3600:
        count, found = replay(clips, number, asked.cache)
        frames, number = frames + count, number + 1
        woken += [alarm for word, each in found.items() for h in each for alarm in alarms(word, h, judges[word])]
        print(f"# {number} times, {frames * FRAME_SECONDS / 3600:.1f} h, {time.monotonic() - began:.0f} s", flush=True)
    _tell(woken, frames * FRAME_SECONDS / 3600)


def _tell(woken: Sequence[Alarm], hours: float) -> None:
    print("| word | alarms | an hour | of |\n|---|---|---|---|")
    for word in WORDS:
        ours = [alarm for alarm in woken if alarm.word == word]
        groups = sorted({alarm.clip.partition(":")[0] for alarm in ours})
        of = ", ".join(f"{group} {sum(alarm.clip.startswith(group + ':') for alarm in ours)}" for group in groups)
        print(f"| {word} | {len(ours)} | {len(ours) / hours:.2f} | {of} |")
    print("\n| word | what was heard | times | highest score |\n|---|---|---|---|")
    for word, clip in sorted({(alarm.word, alarm.clip) for alarm in woken}):
        scores = [alarm.score for alarm in woken if (alarm.word, alarm.clip) == (word, clip)]
        print(f"| {word} | {clip} | {len(scores)} | {max(scores):.2f} |")


if __name__ == "__main__":
    main()
