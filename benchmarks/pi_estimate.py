"""What a Raspberry Pi 4 and 5 may take for the stages of a turn: an estimate, since nobody here has one.

    .venv/bin/python -m benchmarks.pi_estimate [--rounds 5]

Three jobs that others have timed on such boards, with the libraries that Equerry uses, are done here; how many times
longer a Pi took for the same is what each stage's time is multiplied by. All in turn within each round; medians.
A single figure of somebody else's is behind each factor, of an older release of the library, and with four threads
where Equerry takes one or two, which is reckoned in (SLOWER): read them as "about", within a factor of two.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from benchmarks.voice import MODELS, first_sample, machine, synthesis
from device.configuration.places import ROOT
from firmware.frame import Samples
from services.speech.finals.mel import log_mel
from services.speech.finals.whisper import WhisperFinals
from services.speech.finals.whisper_model import WhisperModel
from services.speech.voice.piper import Piper
from services.understanding.model.adapter import load_adapter
from services.understanding.model.base import Context
from services.understanding.model.llama import LlamaModel, load_llama
from tests.voices import turn

THREADS = 2
SLOWER = {1: 3.0, 2: 1.7}
"""How many times as long as with four threads, which others took, it is taken to last with one and with two: assumed,
since the four cores of a Pi share one way to the memory.
"""
SAID = "set the lights in the living room to seventy percent"
REPLY = "Task created: send the quarterly report, for Sarah, due Friday at 5 PM."
SENTENCE = "the meeting with Sarah Chen on Thursday had better last an hour and a half"
PARAMETERS, BYTES = 1.10e9, 1.17e9
"""Of TinyLlama 1.1B in q8_0."""
OURS, OUR_BYTES = 134.5e6, 94e6
"""Of SmolLM2 135M as it ships."""


@dataclass(frozen=True, slots=True)
class Published:
    """What one board took."""

    board: str
    whisper_s: float
    """tiny, int8, CTranslate2, 4 threads, a command of 4 s in a window of 30: fquirin/speech-recognition-experiments,
    README, February 2023, Raspberry Pi 400 (the Cortex-A72 of a Pi 4) and Orange Pi 5 (the Cortex-A76 of a Pi 5)."""
    voice: float
    """Seconds for a second of a medium voice of Piper, by ONNX Runtime: rhasspy/piper, issue 33, April 2023, a Pi 4."""
    read: float
    """Tokens a second read by llama.cpp with 4 threads, TinyLlama 1.1B in q8_0: J. Tunney, “LLaMA Now Goes Faster on
    CPUs”, March 2024, both boards."""
    written: float
    """Likewise, tokens written."""


PI_4 = Published("Pi 4", 3.2, 0.803, 10, 3)
PI_5 = Published("Pi 5", 1.4, 0.803 * 1.4 / 3.2, 35, 9)
"""For Piper on a Pi 5 nothing was found that says what it was timed with: as many times quicker as Whisper is."""


@dataclass(slots=True)
class Times:
    """Seconds, one for each round."""

    job_whisper: list[float] = field(default_factory=list)
    job_voice: list[float] = field(default_factory=list)
    job_read: list[float] = field(default_factory=list)
    job_written: list[float] = field(default_factory=list)
    final: list[float] = field(default_factory=list)
    reply: list[float] = field(default_factory=list)
    model: list[float] = field(default_factory=list)


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def whole_window(model: WhisperModel, said: Samples) -> None:
    """As others use it: the 30 s that Whisper was trained on are encoded, the text is greedy."""
    model.decode(model.encode(log_mel(said, model.bands)), limit=60)


def measured(rounds: int) -> Times:
    """All jobs and stages, in turn."""
    times, said = Times(), turn(SAID, wake="")
    stock = WhisperModel(MODELS / "whisper-tiny.en", threads=THREADS)
    finals = WhisperFinals(MODELS / "equerry-ears", threads=THREADS)
    voice = Piper(MODELS / "piper-en-us-joe", threads=THREADS)
    adapter = load_adapter(ROOT / "config" / "language_models" / "equerry-commands.toml")
    assert adapter.lora
    model = LlamaModel(adapter, MODELS / adapter.weights, lora=MODELS / adapter.lora, threads=1, limit_s=60.0)
    model.load()
    plain = load_llama(next((MODELS / adapter.weights).glob("*.gguf")), None, 1)
    context = Context(date(2026, 11, 23), "Rahul Sharma", ("Sarah Chen", "Mike", "Priya"))
    for number in range(rounds + 1):
        each = Times() if number == 0 else times  # the first warms up
        each.job_whisper.append(timed(lambda: whole_window(stock, said)))
        took, sound = synthesis(voice, [REPLY])
        each.job_voice.append(took / sound)
        read, written = rates(plain)
        each.job_read.append(read)
        each.job_written.append(written)
        each.final.append(timed(lambda: finals.transcribe(said)))
        each.reply.append(first_sample(voice, REPLY))
        each.model.append(timed(lambda: model.read(SENTENCE, context)))
    return times


def rates(llama: Any) -> tuple[float, float]:
    """Tokens a second that a model reads and writes, in one thread."""
    llama.reset()
    reads = timed(lambda: llama.eval(list(range(100, 164))))
    writes = timed(lambda: [llama.eval([100]) for _ in range(16)])
    return 64 / reads, 16 / writes


def factors(times: Times, board: Published) -> dict[str, float]:
    """How many times as long this board takes, by what was published of it."""
    read, written = board.read * PARAMETERS / OURS, board.written * BYTES / OUR_BYTES
    return {
        "whisper": SLOWER[THREADS] * board.whisper_s / median(times.job_whisper),
        "voice": SLOWER[THREADS] * board.voice / median(times.job_voice),
        "model": SLOWER[1] * max(median(times.job_read) / read, median(times.job_written) / written),
    }


def main() -> None:
    """Measure, and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    times = measured(options.parse_args().rounds)
    print(
        f"{machine()}. Here: {SAID!r} in a window of 30 s {median(times.job_whisper):.2f} s, a second of voice"
        f" {median(times.job_voice):.3f} s, {median(times.job_read):.0f} tokens a second read and"
        f" {median(times.job_written):.0f} written in one thread\n"
    )
    boards = [(board, factors(times, board)) for board in (PI_4, PI_5)]
    heads = "".join(f" {board.board}, estimated | factor |" for board, _ in boards)
    print(f"| stage | here |{heads}\n|---|---|---|---|---|---|")
    for stage, taken, of in (
        ("a command of 3 s written down", times.final, "whisper"),
        ("first sound of a reply that is not kept", times.reply, "voice"),
        ("a sentence that no template reads", times.model, "model"),
    ):
        here = median(taken)
        there = "".join(f" {here * factor[of]:.1f} s | {factor[of]:.1f} |" for _, factor in boards)
        print(f"| {stage} | {here:.2f} s |{there}")


if __name__ == "__main__":
    main()
