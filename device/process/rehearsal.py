"""The rehearsal: spoken sample commands through the very pipeline of the appliance, where there is no microphone.

It runs on a thread of its own beside the daemon: plays a clip to the playback microphone, waits until the turn is over,
prints its times; then leaves a prompt where one types a command or names a sound file.
"""

from __future__ import annotations

import queue
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soxr

from device.process.console import Console
from device.turn import events as on
from device.turn.machine import Session
from device.turn.rows.open_ear import at_ease
from device.turn.stopwatch import Stopwatch
from firmware.errors import ExpectedError
from firmware.frame import RATE, Samples
from firmware.sound.audio_file import FileMicrophone
from firmware.sound.playback import PlaybackMicrophone
from services.speech.base import Voice

SAMPLES = (
    "Create a task to send the quarterly report to Sarah by Friday afternoon, high priority.",
    "Please add milk, eggs and coffee to the shopping list.",
    "Set a timer for ten minutes.",
    "Remind me to call the bank tomorrow at nine.",
    "What are my tasks?",
    "What time is it?",
)

AUDIBLE = 200
"""Amplitude, of 32768, below which the end of a clip counts as silence."""

TURN_LIMIT = 40.0
"""Seconds after which a sample counts as not answered."""


class Rehearsal:
    """Feeds samples, then what is typed, to a running daemon."""

    def __init__(
        self,
        microphone: PlaybackMicrophone,
        voice: Voice,
        console: Console,
        stopwatch: Stopwatch,
        put: on.Emit,
        *,
        wake_word: str = "hey jarvis",
    ) -> None:
        self._microphone = microphone
        self._voice = voice
        self._console = console
        self._stopwatch = stopwatch
        self._put = put
        self._wake_word = wake_word
        self._over: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.missed = 0
        """Samples that got no answer."""

    def watch(self, event: on.Event, session: Session) -> None:
        """A watcher: notes when a turn is over."""
        if isinstance(event, on.Ready):
            self._over.put(session.turn)
        elif at_ease(session) and not isinstance(event, on.DueCame | on.MicrophoneFailed | on.MicrophoneMended):
            self._over.put(event.turn if isinstance(event, on.TurnEvent) else session.turn)

    def run(self, samples: Sequence[str], *, prompt: bool | None = None) -> None:
        """Play the samples, then prompt if there is a terminal; then end the daemon."""
        self._over.get(timeout=TURN_LIMIT)
        for text in samples:
            self._console.say(f"\n▶ “{self._wake_word.title()}, {text[0].lower()}{text[1:]}”", style="bold")
            self._play(self.spoken(text))
        if prompt if prompt is not None else sys.stdin.isatty():
            self._converse()
        self._put(on.Stopping())

    def spoken(self, text: str) -> Samples:
        """The wake word, a breath, the command: 16 kHz mono int16."""
        said = self._voice.synthesize(f"{self._wake_word.title()}.")
        gap = np.zeros(round(0.25 * self._voice.rate), np.int16)
        clip = np.concatenate([said, gap, self._voice.synthesize(text)])
        resampled: Samples = np.clip(
            soxr.resample(clip.astype(np.float32), self._voice.rate, RATE), -32768, 32767
        ).astype(np.int16)
        audible = np.flatnonzero(np.abs(resampled) > AUDIBLE)
        return resampled[: audible[-1] + 1] if audible.size else resampled

    def _play(self, clip: Samples) -> None:
        while not self._over.empty():
            self._over.get()
        self._microphone.play(clip)
        self._wait(len(clip) / RATE)

    def _wait(self, lasting: float) -> None:
        try:
            turn = self._over.get(timeout=lasting + TURN_LIMIT)
        except queue.Empty:
            self.missed += 1
            self._console.say("  no answer: the wake word was not heard", style="yellow")
            return
        record = self._stopwatch.records.get(turn)
        if record is None:
            return
        if lasting and record.speech_end is not None:
            # Here the true end of speech is known, not only what the endpoint detector takes for it.
            record.speech_end = self._microphone.clip_ended
        self._console.times(record)

    def _converse(self) -> None:
        self._console.say(
            "\nType a command, or name a WAV or FLAC file that begins with the wake word. Empty line or Ctrl-D ends.",
            style="bold",
        )
        while True:
            try:
                line = self._console.ask().strip()
            except (EOFError, KeyboardInterrupt):
                return
            if not line:
                return
            if Path(line).expanduser().is_file():
                self._play_file(Path(line).expanduser())
            else:
                while not self._over.empty():
                    self._over.get()
                self._put(on.TextGiven(line))
                self._wait(0.0)

    def _play_file(self, path: Path) -> None:
        file = FileMicrophone(path)
        try:
            file.open()
            frames = []
            while (frame := file.read()) is not None:
                frames.append(frame.samples)
        except ExpectedError as error:
            self._console.say(f"  {error}", style="red")
            return
        finally:
            file.close()
        self._play(np.concatenate(frames))
