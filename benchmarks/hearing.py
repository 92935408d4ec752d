"""What listening costs: wake word, voice activity and endpoint on a stream, as a share of one core.

    python benchmarks/hearing.py [--seconds 60] [--words hey_jarvis alexa] [--rounds 3]

Prints a Markdown table: processor time over audio time for each part and for all, medians of the rounds, with the
slowest frame in wall time. The stream is a voice from Piper over hiss, in turns of 6 s, so that detection, speech and
pause all occur; it is fed as fast as possible, which costs what it costs in real time. The target is under 12 % of one
core for all.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr
from piper import PiperVoice

from firmware.frame import FRAME_SAMPLES, FRAME_SECONDS, RATE, Frame, Samples
from services.speech.endpoint import AdaptiveEndpoint
from services.speech.vad import SileroVad
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
TURN_SECONDS = 6
TARGET = 12.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--words", nargs="+", default=["hey_jarvis"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    frames = stream(options.seconds)
    rounds = [measure(frames, parts(options.words)) for _ in range(options.rounds)]
    print(
        f"{machine()}, {len(frames) * FRAME_SECONDS:.0f} s of sound, {options.rounds} rounds, words:"
        f" {', '.join(options.words)}\n"
    )
    print("| part | share of one core | slowest frame, ms |\n|---|---|---|")
    shares = {part: statistics.median(r[part][0] for r in rounds) for part in rounds[0]}
    for part, share in shares.items():
        print(f"| {part} | {share:.1f} % | {statistics.median(r[part][1] for r in rounds):.1f} |")
    total = sum(shares.values())
    print(f"| all | {total:.1f} % ({'under' if total < TARGET else 'OVER'} {TARGET:.0f} %) | |")


def parts(words: list[str]) -> dict[str, Callable[[Frame], object]]:
    """What takes each frame, by name; the endpoint has the probability of the detector before it."""
    wake = OpenWakeWord(MODELS / "openwakeword", {word: WakeSettings() for word in words})
    vad, endpoint = SileroVad(MODELS / "silero-vad"), AdaptiveEndpoint()
    heard = [0.0]

    def voice(frame: Frame) -> None:
        heard[0] = vad.process(frame)

    def end(frame: Frame) -> None:
        if frame.index % round(TURN_SECONDS / FRAME_SECONDS) == 0:
            endpoint.begin(frame.start)
        endpoint.process(frame, heard[0])

    return {"wake word (openWakeWord)": wake.process, "voice activity (Silero)": voice, "endpoint": end}


def measure(frames: list[Frame], takers: dict[str, Callable[[Frame], object]]) -> dict[str, tuple[float, float]]:
    """By part: processor time in percent of the sound's time, and the slowest frame in milliseconds of wall time."""
    cpu = dict.fromkeys(takers, 0)
    slowest = dict.fromkeys(takers, 0.0)
    for frame in frames:
        for part, take in takers.items():
            wall, before = time.perf_counter(), time.process_time_ns()
            take(frame)
            cpu[part] += time.process_time_ns() - before
            slowest[part] = max(slowest[part], 1000 * (time.perf_counter() - wall))
    audio = len(frames) * FRAME_SECONDS
    return {part: (cpu[part] / 1e9 / audio * 100, slowest[part]) for part in takers}


def stream(seconds: int) -> list[Frame]:
    """Turns of a wake word, a pause and a command over hiss."""
    voice = PiperVoice.load(MODELS / "piper-en-us-joe" / "en_US-joe-medium.onnx")
    said = np.concatenate(
        [spoken(voice, "hey jarvis"), np.zeros(RATE // 2, np.int16), spoken(voice, "add milk to the shopping list")]
    )
    turn = np.zeros(TURN_SECONDS * RATE)
    turn[RATE : RATE + len(said)] = said[: len(turn) - RATE]
    sound = np.resize(turn, seconds * RATE) + np.random.default_rng(0).normal(0, 100, seconds * RATE)
    samples: Samples = np.clip(sound, -32768, 32767).astype(np.int16)
    return [
        Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i) for i in range(len(samples) // FRAME_SAMPLES)
    ]


def spoken(voice: PiperVoice, text: str) -> Samples:
    """16 kHz int16 of `text`."""
    chunks = list(voice.synthesize(text))
    sound: Samples = soxr.resample(
        np.concatenate([chunk.audio_int16_array for chunk in chunks]), chunks[0].sample_rate, RATE
    )
    return sound


def machine() -> str:
    """Processor and number of cores."""
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith(("model name", "Model"))]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
