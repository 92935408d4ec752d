"""Teaches the second stage of one word what the ears' answer counts for.

    python -m training.wake.ears WORD FOLDER… --replays CACHE.npz… --heads FOLDER --out config/wake/verifiers/WORD.npz

FOLDERs are of training.wake.spoken, CACHEs of benchmarks.wake_hours, --heads has what training.wake.train wrote:
WORD.npz, and both halves, so that each clip is judged by the head that did not learn from it. What is weighed is
synthetic words, what sounds like them, and what the first stage heard in hours of speech; no real word is among it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.wake_hours import cached
from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE
from services.speech.finals.whisper import WhisperFinals
from services.wake.features import Floats
from services.wake.hearsay import SECONDS
from services.wake.openwakeword import phrase_of
from services.wake.teaching.rooms import heard as in_a_room
from services.wake.verifier import Verifier, heard, load_verifier, packed
from training.installed import MODELS
from training.wake.embedded import Embedder, suppressed
from training.wake.gather import clips
from training.wake.train import FLOOR, half

_WORDS, _NEAR = 150, 240
_TIMES_ALIKE = 3.0
"""What sounds alike counts so often, as it was made on purpose."""
Example = tuple[float, float, float]
"""The verdict without the ears, and what counts of their answer."""


def spoken(word: str, folders: list[Path], judges: list[Verifier], seed: int) -> Iterator[tuple[bool, Example]]:
    """Whether the word is said, and how that is judged, of clips that the first stage hears."""
    random = np.random.default_rng(seed)
    rows = [each for folder in folders for each in clips(folder) if not each[0].get("test")]
    random.shuffle(rows)
    said = [each for each in rows if each[0]["word"] == word][:_WORDS]
    near = [each for each in rows if each[0]["near"] == word][:_NEAR]
    embedder, ears = Embedder(MODELS / "openwakeword", (word,)), WhisperFinals(MODELS / "equerry-ears", threads=1)
    for row, clip in (*said, *near):
        padded = np.pad(clip, (round(random.uniform(0.3, 2.5) * RATE), RATE))
        sound = in_a_room(padded, random)
        sound = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES]
        raw = embedder.first(sound)
        scores = embedder.scores(word, raw)
        frame = int(scores.argmax())
        if scores[frame] < FLOOR:
            continue
        quiet = embedder.ending(suppressed(sound), frame)
        judge, window = judges[half(str(row["file"]))], embedder.windows(raw)[frame]
        verdict = judge.verdict(float(scores[frame]), embedder.score(word, quiet), window[None], quiet[None])
        # A frame earlier or later the ears may know better; the appliance asks them more than once, too.
        ends = [(frame + late) * FRAME_SAMPLES for late in (1, 2)]
        told = [ears.compare(sound[max(0, end - int(SECONDS * RATE)) : end], phrase_of(word)) for end in ends]
        yield row["word"] == word, (verdict, *max(heard(*each) for each in told))


def speech(word: str, caches: list[Path], judges: list[Verifier]) -> tuple[list[Example], float]:
    """The likeliest frame of each clip that the first stage hears, and in how many hours."""
    found, hours = [], 0.0
    for path in caches:
        frames, words = cached(path)
        hours += frames * FRAME_SECONDS / 3600
        for each in words[word]:
            if ", learnt from" not in each.clip:
                continue
            judge = judges[half(each.clip)]
            verdicts = [
                judge.verdict(first, second, windows[:1], windows[1:])
                for first, second, windows in zip(each.first, each.second, each.windows, strict=True)
            ]
            found.append(max((verdict, *heard(*told)) for verdict, told in zip(verdicts, each.ears, strict=True)))
    return found, hours


def weighed(meant: list[Example], alike: list[Example], other: list[Example]) -> Floats:
    """What verdict, phrase and other words count for, none less than nothing, and the bias, by gradient descent."""
    inputs = np.array([*meant, *alike, *other])
    inputs = np.concatenate((inputs, np.ones((len(inputs), 1))), axis=1)
    wanted = np.arange(len(inputs)) < len(meant)
    share = np.concatenate((np.ones(len(meant)), np.full(len(alike), _TIMES_ALIKE), np.ones(len(other))))
    share = np.where(wanted, share / share[wanted].sum(), share / share[~wanted].sum()) / 2
    weights = np.array([0.5, 0.3, 0.3, 1.0])
    for _ in range(20_000):
        said = 0.5 * (1 + np.tanh(0.5 * (inputs @ weights)))
        weights -= 0.02 * (inputs.T @ ((said - wanted) * share) + 2e-3 * np.r_[weights[:3], 0])
        weights[:3] = np.maximum(weights[:3], 0)
    return np.asarray(weights, np.float32)


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("word")
    told.add_argument("folders", type=Path, nargs="+")
    told.add_argument("--replays", type=Path, nargs="+", required=True)
    told.add_argument("--heads", type=Path, required=True)
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--bias", type=float, default=0.0, help="added: more is heard")
    told.add_argument("--patience", type=int, default=2, help="frames in a row for which it must be sure")
    told.add_argument("--seed", type=int, default=5)
    asked = told.parse_args()
    judges = [load_verifier(asked.heads / f"{asked.word}{name}.npz") for name in (".half0", ".half1", "")]
    first, second, whole = (judge for judge in judges if judge)
    examples = list(spoken(asked.word, asked.folders, [first, second], asked.seed))
    meant, alike = ([each for is_word, each in examples if is_word == wanted] for wanted in (True, False))
    other, hours = speech(asked.word, asked.replays, [first, second])
    weights = weighed(meant, alike, other)
    weights[3] += asked.bias
    figures: dict[str, object] = {"weights": np.round(weights, 3).tolist(), "hours of speech": round(hours, 1)}
    for name, group in (("words heard", meant), ("alike heard", alike), ("speech heard", other)):
        verdicts = np.array([*group]) @ weights[:3] + weights[3]
        figures[name] = {
            str(moved): [int((verdicts + moved >= 0).sum()), len(group)] for moved in (-2, -1, -0.5, 0, 0.5, 1, 2)
        }
    print(json.dumps(figures, indent=1))
    about = {**whole.head.about, "ears": figures}
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    head = replace(whole.head, about=about)
    asked.out.write_bytes(packed(replace(whole, head=head, ears=weights, patience=asked.patience)))


if __name__ == "__main__":
    main()
