"""How soon and how fast the voice speaks: prints a Markdown table.

    .venv/bin/python -m benchmarks.voice [--rounds 9] [--folder VOICE] [--threads 2]

Time to the first sample is from the text of the reply to the first sound handed to the loudspeaker (words, cutting,
synthesis of the first piece). The real-time factor is the time to synthesize by the length of the sound. All ways are
measured in turn within each round, so that a busy machine slows them alike; medians and the 95th percentile are shown.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from device.speaking.reply import Speaking
from services.speech.base import Voice
from services.speech.voice.phrases import CachedVoice
from services.speech.voice.piper import Piper
from services.speech.voice.sentences import split
from services.speech.voice.spoken import speakable
from tests.doubles.body import MemorySpeaker

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
REPLIES = (
    "Done.",
    "Timer set for 10 minutes.",
    "Task created: send the quarterly report, for Sarah, due Friday at 5 PM.",
    (
        "You have 3 tasks due today. The first is to call the bank, at 9:30. The second is to send the report to Sarah,"
        " at noon."
    ),
)


@dataclass(slots=True)
class Figures:
    """Seconds, a value a round; `factor` is time to synthesize by length of sound."""

    fresh: list[float] = field(default_factory=list)
    uncut: list[float] = field(default_factory=list)
    kept: list[float] = field(default_factory=list)
    factor: list[float] = field(default_factory=list)


def machine() -> str:
    """The processor and how many of its cores are ours."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith(("model name", "Model"))]
    return f"{names[0] if names else platform.machine()}, {len(os.sched_getaffinity(0))} cores"


def first_sample(voice: Voice, text: str) -> float:
    """Seconds from the text to the first sound; the rest is not waited for."""
    speaking = Speaking(voice, MemorySpeaker())
    speaking.say("")  # the worker thread is there already in the appliance
    began = time.perf_counter()
    at: list[float] = []
    speaking.say(text, first_sample=lambda: at.append(time.perf_counter() - began))
    speaking.close()
    return at[0]


def synthesis(voice: Voice, pieces: list[str]) -> tuple[float, float]:
    """Seconds it takes to synthesize, and seconds of sound."""
    began = time.perf_counter()
    sound = sum(voice.synthesize(piece).size for piece in pieces) / voice.rate
    return time.perf_counter() - began, sound


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def measure(voice: Voice, cached: CachedVoice, rounds: int) -> dict[str, Figures]:
    """Each way once a round, for each reply."""
    figures = {text: Figures() for text in REPLIES}
    for text in REPLIES:
        synthesis(cached, split(speakable(text)))
    for _ in range(rounds):
        for text, figure in figures.items():
            words = speakable(text)
            figure.fresh.append(first_sample(voice, text))
            figure.kept.append(first_sample(cached, text))
            figure.uncut.append(synthesis(voice, [words])[0])
            took, sound = synthesis(voice, split(words))
            figure.factor.append(took / sound)
    return figures


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--folder", type=Path, default=MODELS / "piper-en-us-joe")
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    began = time.perf_counter()
    voice = Piper(chosen.folder, threads=chosen.threads)
    loaded = time.perf_counter() - began
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(voice, CachedVoice(voice, Path(folder)), chosen.rounds)
    print(f"{machine()}; {chosen.threads} threads, {chosen.rounds} rounds; loaded in {loaded:.1f} s\n")
    print("| reply | first sample, p50 / p95 | without cutting, p50 | from the cache, p50 | real-time factor, p50 |")
    print("|---|---|---|---|---|")
    for text, figure in figures.items():
        print(
            f"| {text if len(text) < 50 else text[:47] + '…'} | {1e3 * median(figure.fresh):.0f} /"
            f" {1e3 * p95(figure.fresh):.0f} ms | {1e3 * median(figure.uncut):.0f} ms | {1e3 * median(figure.kept):.1f}"
            f" ms | {median(figure.factor):.3f} |"
        )


if __name__ == "__main__":
    main()
