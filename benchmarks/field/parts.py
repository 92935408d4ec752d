"""The servers of Home Assistant's voice and the process between them, each its own, started and stopped."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.field.summary import STAGES, Measured, parted
from firmware.frame import FRAME_SAMPLES, RATE
from firmware.sound.playback import PlaybackMicrophone
from tests.voices import Take

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "var" / "field" / "bin" / "python"
MODELS = Path(os.environ.get("EQUERRY_PATHS__MODELS") or Path.home() / ".local/share/equerry/models")
PATIENCE_S = 60.0
LIMIT_S = 20.0
"""After the end of the clip; the segmenter gives up 15 s after it began to listen."""


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def server(module: str, *options: str) -> Iterator[int]:
    """A Wyoming server on a port of its own, as it is started by hand; ready when it takes connections."""
    port = free_port()
    with tempfile.TemporaryFile() as log, tempfile.TemporaryDirectory() as folder:
        command = [str(PYTHON), "-m", module, "--uri", f"tcp://127.0.0.1:{port}", "--data-dir", folder, *options]
        environ = {**os.environ, "HF_HUB_OFFLINE": "1"}
        with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log) as process:
            try:
                _wait(port, process)
                yield port
            except BaseException:
                log.seek(0)
                print(log.read().decode(errors="replace")[-2000:])
                raise
            finally:
                process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{process.args!r} takes no connections")


class HomeAssistant:
    """Hears clips as the appliance does: in frames of 80 ms, in real time."""

    def __init__(self, stack: ExitStack, *, beams: tuple[int, ...], threads: int) -> None:
        """`beams`: a recogniser for each, 0 for the beam that the server chooses."""
        whisper = ("--model", str(MODELS / "whisper-tiny.en"), "--language", "en", "--compute-type", "int8")
        (voice,) = (MODELS / "piper-en-us-joe").glob("*.onnx")
        self._recognisers = {
            beam: stack.enter_context(
                server(
                    "wyoming_faster_whisper",
                    *whisper,
                    *("--beam-size", str(beam), "--cpu-threads", str(threads), "--local-files-only"),
                )
            )
            for beam in beams
        }
        port = stack.enter_context(server("wyoming_piper", "--voice", str(voice.with_suffix("")) + ".onnx"))
        self._process: subprocess.Popen[str] = stack.enter_context(
            subprocess.Popen(
                [PYTHON, "-m", "benchmarks.field.pipeline", "--tts", str(port)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        assert self._process.stdin
        stack.callback(self._process.stdin.close)
        self._said: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="field", daemon=True).start()
        assert self._said.get(timeout=PATIENCE_S)["stage"] == "ready"

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._said.put(json.loads(line))
        self._said.put({"stage": "done", "at": 0.0})

    def _tell(self, line: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(line) + "\n")
        self._process.stdin.flush()

    def hear(self, beam: int, spoken: Take, said: str) -> Measured:
        """One turn, to the end of its clip and of its answer."""
        while not self._said.empty():
            self._said.get()
        microphone = PlaybackMicrophone()
        microphone.open()
        microphone.play(spoken.samples)
        self._tell({"turn": self._recognisers[beam]})
        at: dict[str, float] = {}
        heard, over, begins = "", False, spoken.wake_end * RATE
        for index in range(round((spoken.samples.size / RATE + LIMIT_S) * RATE / FRAME_SAMPLES)):
            frame = microphone.read()
            self._tell({"sound": frame.samples.tobytes().hex(), "command": (index + 1) * FRAME_SAMPLES > begins})
            while not self._said.empty():
                line = self._said.get()
                at[line["stage"]] = line["at"]
                over = over or line["stage"] == "done"
                heard = line["text"] if line["stage"] == STAGES[1] else heard
            if over and microphone.clip_ended is not None and time.monotonic() > microphone.clip_ended:
                break
        self._tell({"rest": True})
        assert microphone.clip_ended is not None
        ended = microphone.clip_ended - (spoken.samples.size / RATE - spoken.command_end)
        return parted(said, heard, ended, at)
