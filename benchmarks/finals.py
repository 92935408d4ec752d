"""Finals side by side: stock faster-whisper and ours, on the same sound in the same run.

    python benchmarks/finals.py [FOLDER] [--model DIR] [--threads 2] [--rounds 3] [--limit N]

FOLDER holds WAV or FLAC files; what is said in them stands in its index.jsonl (rows with `file` and `text`, paths
relative to it) or in a .txt beside each file. Without a FOLDER, Piper speaks commands of our own. Stock is
`WhisperModel.transcribe(sound, language="en", beam_size=1)`, all else as it comes, its segments read to the end. Each
clip is decoded by all in turn, so that a busy machine slows all alike; times are medians over the rounds. The first
round warms up and is not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import jiwer
import numpy as np
import soundfile
import soxr
from num2words import num2words

from firmware.frame import RATE, Samples
from services.speech.finals.guard import loops
from services.speech.finals.whisper import WhisperFinals

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")

COMMANDS = (
    "Create a task to send the quarterly report to Sarah by Friday afternoon, high priority.",
    "Create a task to call the dentist.",
    "What are my tasks for today?",
    "Mark the quarterly report as done.",
    "Add milk and eggs to the shopping list.",
    "What is on the shopping list?",
    "Remind me tomorrow morning to pay the rent.",
    "Set a timer for five minutes.",
    "How much time is left on the timer?",
    "Cancel the pasta timer.",
    "What time is it?",
    "Stop.",
)


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound and, where known, the words in it."""

    name: str
    samples: Samples
    text: str | None


@dataclass(slots=True)
class Score:
    """What one recogniser did."""

    seconds: list[list[float]] = field(default_factory=list)
    """By clip, by round."""
    heard: list[str] = field(default_factory=list)

    def medians(self) -> list[float]:
        """Seconds of each clip."""
        return [statistics.median(rounds) for rounds in self.seconds]


def plain(text: str) -> str:
    """Words only, numbers as words, so that spelling does not count."""
    text = re.sub(
        r"\d+", lambda number: f" {num2words(int(number[0]))} ", text.lower().replace("%", " percent").replace("-", " ")
    )
    return " ".join(re.findall(r"[a-z']+", text.replace("-", " ")))


def from_folder(folder: Path) -> Iterator[Clip]:
    """The clips of a folder, with their texts where there are any."""
    index = folder / "index.jsonl"
    rows = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()] if index.exists() else []
    texts = {str(row["file"]): row.get("text") for row in rows}
    for file in sorted(path for path in folder.rglob("*") if path.suffix in (".wav", ".flac")):
        sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
        beside = file.with_suffix(".txt")
        text = beside.read_text(encoding="utf-8") if beside.exists() else texts.get(file.relative_to(folder).as_posix())
        mono = soxr.resample(sound.mean(axis=1), rate, RATE)
        yield Clip(file.name, np.clip(mono * 32768, -32768, 32767).astype(np.int16), text)


def spoken() -> Iterator[Clip]:
    """Our own commands, spoken by Piper with 0.3 s before and 0.7 s after."""
    from piper import PiperVoice  # noqa: PLC0415 - needed only without a folder

    voice = PiperVoice.load(next((MODELS / "piper-en-us-joe").glob("*.onnx")))
    for number, text in enumerate(COMMANDS):
        sound = np.concatenate([chunk.audio_float_array for chunk in voice.synthesize(text)])
        said = soxr.resample(sound, voice.config.sample_rate, RATE) * 0.5
        hiss = np.random.default_rng(number).normal(0, 1e-4, said.size + RATE)
        hiss[int(0.3 * RATE) : int(0.3 * RATE) + said.size] += said
        yield Clip(f"spoken {number}", (hiss * 32767).astype(np.int16), text)


def engines(model: Path, threads: int) -> dict[str, Callable[[Samples], str]]:
    """Name → transcript of samples."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - a dependency of this benchmark only

    stock = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=threads)
    ours = WhisperFinals(model, threads=threads)

    def by_stock(samples: Samples) -> str:
        segments, _ = stock.transcribe(samples.astype(np.float32) / 32768, language="en", beam_size=1)
        return " ".join(segment.text.strip() for segment in segments)

    return {
        "stock": by_stock,
        "ours": lambda samples: ours.transcribe(samples).text,
        "ours in a hurry": lambda samples: ours.transcribe(samples, hurry=True).text,
        "partial": ours.partial,
    }


def measure(clips: list[Clip], recognisers: dict[str, Callable[[Samples], str]], rounds: int) -> dict[str, Score]:
    """Decode every clip with every recogniser, in turn."""
    scores = {name: Score([[] for _ in clips], [""] * len(clips)) for name in recognisers}
    for turn in range(rounds + 1):
        for number, clip in enumerate(clips):
            for name, recognise in recognisers.items():
                begun = time.perf_counter()
                scores[name].heard[number] = recognise(clip.samples)
                if turn:
                    scores[name].seconds[number].append(time.perf_counter() - begun)
    return scores


def row(name: str, score: Score, stock: Score, clips: list[Clip]) -> str:
    """One line of the table."""
    seconds, theirs = score.medians(), stock.medians()
    known = [(plain(clip.text), plain(heard)) for clip, heard in zip(clips, score.heard, strict=True) if clip.text]
    wrong = f"{100 * jiwer.wer([said for said, _ in known], [heard for _, heard in known]):.1f} %" if known else "-"
    exact = f"{100 * statistics.mean(said == heard for said, heard in known):.0f} %" if known else "-"
    ratios = [mine / other for mine, other in zip(seconds, theirs, strict=True)]
    looped = sum(
        loops(heard) or len(heard.split()) > 7 * clip.samples.size / RATE + 5
        for clip, heard in zip(clips, score.heard, strict=True)
    )
    return (
        f"| {name} | {statistics.median(seconds):.3f} s | {np.percentile(seconds, 95):.3f} s |"
        f" {statistics.median(ratios):.2f} | {sum(seconds) / sum(theirs):.2f} | {wrong} | {exact} | {looped} |"
    )


def machine() -> str:
    """Processor and number of cores."""
    info = Path("/proc/cpuinfo")
    names = re.findall(r"(?:model name|Model)\s*: (.*)", info.read_text()) if info.exists() else []
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, {platform.machine()}"


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--model", type=Path, default=MODELS / "whisper-tiny.en")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--limit", type=int)
    arguments.add_argument("--show", action="store_true", help="print what each heard")
    given = arguments.parse_args()
    clips = list(from_folder(given.folder) if given.folder else spoken())[: given.limit]
    scores = measure(clips, engines(given.model, given.threads), given.rounds)
    if given.show:
        for number, clip in enumerate(clips):
            print(
                f"{clip.name}: {clip.text}",
                *(f"    {name}: {score.heard[number]}" for name, score in scores.items()),
                sep="\n",
            )
    print(
        f"{len(clips)} clips, {given.model.name}, {given.threads} threads, median of {given.rounds} rounds;"
        f" {machine()}\n"
    )
    print("| | median | 95th percentile | of stock, median | of stock, all together | word errors | exact | loops |")
    print("|---|---|---|---|---|---|---|---|")
    for name, score in scores.items():
        print(row(name, score, scores["stock"], clips))


if __name__ == "__main__":
    main()
