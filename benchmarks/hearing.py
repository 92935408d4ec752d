"""What listening costs: wake word with its second stage, voice activity and endpoint, as a share of one core.

    python -m benchmarks.hearing [--seconds 60] [--words hey_jarvis alexa] [--rounds 3]

Prints a Markdown table: processor time over audio time for each part and for all, medians of the rounds, with the
slowest frame in wall time, while nobody speaks and while somebody always does. The first stream is hiss, the second a
voice from Piper over hiss, in turns of 6 s, so that detection, speech and pause all occur; both are fed as fast as
possible, which costs what it costs in real time. The targets are at most 3 % of one core while nobody speaks, and
under 12 % at any time.
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
from services.speech.finals.whisper import WhisperFinals
from services.speech.vad import SileroVad
from services.wake.base import WakeSettings
from services.wake.openwakeword import OpenWakeWord

MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
VERIFIERS = Path("config/wake/verifiers")
TURN_SECONDS = 6
TARGETS = {"nobody speaks": 3.0, "somebody always speaks": 12.0}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--words", nargs="+", default=["hey_jarvis"])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(
        f"{machine()}, {options.seconds} s of sound, {options.rounds} rounds, words: {', '.join(options.words)}\n\n"
        "| while | part | share of one core | slowest frame, ms |\n|---|---|---|---|"
    )
    for state, target in TARGETS.items():
        frames = stream(options.seconds, said=state != "nobody speaks")
        tell(state, [measure(frames, parts(options.words)) for _ in range(options.rounds)], target)


def tell(state: str, rounds: list[dict[str, tuple[float, float]]], target: float) -> None:
    """A row for each part, and one for all."""
    shares = {part: statistics.median(each[part][0] for each in rounds) for part in rounds[0]}
    for part, share in shares.items():
        print(f"| {state} | {part} | {share:.1f} % | {statistics.median(each[part][1] for each in rounds):.1f} |")
    total = sum(shares.values())
    print(f"| {state} | all | {total:.1f} % ({'within' if total <= target else 'OVER'} {target:.0f} %) | |", flush=True)


def parts(words: list[str]) -> dict[str, Callable[[Frame], object]]:
    """What takes each frame, by name; the endpoint has the probability of the detector before it."""
    settings = {word: WakeSettings() for word in words}
    ears = WhisperFinals(MODELS / "equerry-ears", threads=1)
    wake = OpenWakeWord(MODELS / "openwakeword", settings, verifiers=VERIFIERS, ears=ears)
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


def stream(seconds: int, *, said: bool) -> list[Frame]:
    """Hiss, over which turns of a wake word, a pause and a command are said."""
    turn = turn_of_a_voice() if said else np.zeros(TURN_SECONDS * RATE)
    sound = np.resize(turn, seconds * RATE) + np.random.default_rng(0).normal(0, 100, seconds * RATE)
    samples: Samples = np.clip(sound, -32768, 32767).astype(np.int16)
    return [
        Frame(samples[i * FRAME_SAMPLES : (i + 1) * FRAME_SAMPLES], i) for i in range(len(samples) // FRAME_SAMPLES)
    ]


def turn_of_a_voice() -> np.ndarray:
    """A wake word, a pause and a command."""
    voice = PiperVoice.load(MODELS / "piper-en-us-joe" / "en_US-joe-medium.onnx")
    said = np.concatenate(
        [spoken(voice, "hey jarvis"), np.zeros(RATE // 2, np.int16), spoken(voice, "add milk to the shopping list")]
    )
    turn = np.zeros(TURN_SECONDS * RATE)
    turn[RATE : RATE + len(said)] = said[: len(turn) - RATE]
    return turn


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
