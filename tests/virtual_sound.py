"""A virtual sound card: a private PulseAudio with one null sink for the ear and one for the mouth, which PyAudio finds
by name.

Whatever is played into the sink `equerry_ear` comes out of its monitor, which is the microphone of that name; whatever
is said to the loudspeaker `equerry_mouth` comes out of the monitor of that sink and is recorded. PortAudio reaches both
through ALSA's pulse plug-in. Needs the Debian packages pulseaudio, pulseaudio-utils and libasound2-plugins; no D-Bus,
no sound hardware, no user session.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soxr

EAR = "equerry_ear"
MOUTH = "equerry_mouth"
RATE = 16_000
"""Of recordings, and of what is played unless told otherwise."""

_KEEPER_MS = 40
"""A null sink renders two seconds ahead unless some client asks for less; one for each sink does, for as long as the
card lives.
"""

_FOUR = "front-left,front-right,rear-left,rear-right"
"""Channels in ALSA's order; PulseAudio has another one."""

# Debian's own files make PulseAudio's default devices ALSA's default, after this one is read; elsewhere this one does.
_ALSA = """
</usr/share/alsa/alsa.conf>
pcm.!default {{ type asym, playback.pcm {{ type pulse, device "{mouth}" }},
  capture.pcm {{ type pulse, device "{ear}.monitor" }} }}
"""
_ALSA_EAR = 'pcm.{ear} {{ type asym, capture.pcm {{ type pulse, device "{ear}.monitor" }} }}\n'
_ALSA_MOUTH = 'pcm.{mouth} {{ type asym, playback.pcm {{ type pulse, device "{mouth}" }} }}\n'
_ALSA_BOTH = """
pcm.{name} {{ type asym, playback.pcm {{ type pulse, device "{name}" }},
  capture.pcm {{ type pulse, device "{name}.monitor" }} }}
"""


class Recording:
    """What the mouth has said so far, mono int16 at `RATE`."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._arrived: list[float] = []

    @property
    def samples(self) -> np.ndarray:
        """All of it."""
        return np.frombuffer(b"".join(self._blocks), np.int16)

    @property
    def began(self) -> float:
        """When its first sample came, by time.monotonic."""
        return self._arrived[0]

    def first_sound(self, threshold: int = 100) -> float:
        """When the first block with a sample above `threshold` came; infinity when none did."""
        pairs = zip(self._arrived, self._blocks, strict=False)
        loud = (at for at, block in pairs if np.abs(np.frombuffer(block, np.int16)).max(initial=0) > threshold)
        return next(loud, math.inf)

    def last_sound(self, threshold: int = 100) -> float:
        """When the last block with a sample above `threshold` was heard, by time.monotonic; 0 when none was."""
        loud = (
            when
            for when, block in zip(self._arrived, self._blocks, strict=False)
            if np.abs(np.frombuffer(block, np.int16)).max() > threshold
        )
        return max(loud, default=0.0)

    def take(self, process: subprocess.Popen[bytes]) -> None:
        """Read until the recorder ends."""
        assert process.stdout is not None
        while block := process.stdout.read(RATE // 100 * 2):
            whole = block[: len(block) // 2 * 2]
            self._arrived.append(time.monotonic())
            self._blocks.append(whole)


class VirtualSoundCard:
    """One card. `start` puts what PortAudio needs to find it into the environment; `close` takes it out again."""

    def __init__(self, *, room_dbfs: float = -60.0) -> None:
        """`room_dbfs`: level of the hiss that the ear always hears; a microphone without any counts as dead."""
        self._room_dbfs = room_dbfs
        self._folder = Path(tempfile.mkdtemp(prefix="eq-sound-"))  # short: a socket's path has at most 107 characters
        self._processes: list[subprocess.Popen[bytes]] = []
        self._hiss: subprocess.Popen[bytes] | None = None
        self._before: dict[str, str | None] = {}
        self._more: list[str] = []
        self.environment = {
            "PULSE_SERVER": f"unix:{self._folder}/native",
            "PULSE_COOKIE": f"{self._folder}/cookie",
            "PULSE_CLIENTCONFIG": f"{self._folder}/client.conf",
            "ALSA_CONFIG_PATH": f"{self._folder}/asound.conf",
            "JACK_NO_START_SERVER": "1",
        }
        """For another process that shall use this card."""

    def start(self) -> None:
        """Start the daemon and plug both sides in."""
        for name, value in self.environment.items():
            self._before[name] = os.environ.get(name)
            os.environ[name] = value
        (self._folder / "client.conf").write_text("autospawn = no\nenable-shm = no\n")
        (self._folder / "start.pa").write_text(
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={self._folder}/native\n"
            f"load-module module-cli-protocol-unix socket={self._folder}/cli\n"
        )
        private = {
            "HOME": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder),
            "XDG_CONFIG_HOME": str(self._folder),
        }
        options = [
            "-n",
            f"--file={self._folder}/start.pa",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--realtime=no",
        ]
        self._run("pulseaudio", *options, f"--log-target=file:{self._folder}/log", env={**os.environ, **private})
        self._await_daemon()
        self._load(MOUTH)
        self._ask("set-default-sink", MOUTH)
        self._keep(MOUTH, np.zeros(RATE, np.int16))
        self.replug()

    def close(self) -> None:
        """End everything; harmless when repeated."""
        for process in self._processes:
            _end(process)
        self._processes.clear()
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._before.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def play_into_ear(self, samples: np.ndarray, rate: int = RATE, *, to_the_end: bool = True) -> None:
        """Play mono int16 before the microphone; returns when it was played.

        `to_the_end`: False when the microphone is going to be unplugged meanwhile, which cuts the sound off.
        """
        self.play(EAR, samples, rate, to_the_end=to_the_end)

    def play(self, sink: str, samples: np.ndarray, rate: int = RATE, *, to_the_end: bool = True) -> None:
        """The same into any device; of several channels, shape (n, channels)."""
        # A long buffer of its own, so that a busy machine makes no gaps; the keeper sees to it that the sink does not
        # wait for it.
        sound = _command(
            "--playback", sink, rate, latency_ms=500, channels=1 if samples.ndim == 1 else samples.shape[1]
        )
        subprocess.run(
            sound,
            input=samples.astype("<i2").tobytes(),
            check=to_the_end,
            stderr=subprocess.DEVNULL,
            timeout=len(samples) / rate + 20,
        )

    @contextmanager
    def record_mouth(self) -> Iterator[Recording]:
        """Record what the loudspeaker says for as long as the block runs, and a tenth of a second more."""
        with self.record(MOUTH) as recording:
            yield recording

    @contextmanager
    def record(self, sink: str, *, channel: str = "") -> Iterator[Recording]:
        """The same of what goes to any device; of both channels together, or of `channel`: left or right."""
        command = _command("--record", f"{sink}.monitor", RATE, latency_ms=10)
        if channel:
            command += [f"--channel-map=front-{channel}", "--no-remix"]
        recorder = self._run(*command, stdout=subprocess.PIPE)
        recording = Recording()
        taker = threading.Thread(target=recording.take, args=(recorder,), name=f"{sink}-recorder", daemon=True)
        taker.start()
        _until(lambda: recording.samples.size > 0, f"the recorder of {sink}")
        try:
            yield recording
            time.sleep(0.1)  # real time is what this test bench is about: the last samples are still on their way
        finally:
            _end(recorder)
            taker.join(5)

    def unplug(self) -> None:
        """The microphone vanishes: its streams die and its name is gone."""
        if self._hiss is not None:
            _end(self._hiss)
            self._hiss = None
        self._kill_streams(EAR)
        self._unload(EAR)
        self._write_alsa(ear=False)

    def _kill_streams(self, sink: str) -> None:
        """Otherwise the server would move the streams of a vanished source to another one."""
        for kind, kill, of in (
            ("source-outputs", "kill-source-output", "sources"),
            ("sink-inputs", "kill-sink-input", "sinks"),
        ):
            ends = self._numbers(of, sink)
            for stream, where, *_ in (line.split("\t") for line in self._ask("list", "short", kind).splitlines()):
                if where in ends:
                    self._tell(f"{kill} {stream}")

    def replug(self) -> None:
        """The microphone is there (again)."""
        self._load(EAR)
        hiss = np.random.default_rng(1).standard_normal(RATE * 7) * 32768 * 10 ** (self._room_dbfs / 20)
        self._hiss = self._keep(EAR, np.rint(hiss).astype(np.int16))
        self._ask("set-default-source", f"{EAR}.monitor")
        self._write_alsa()

    def plug(self, name: str, *, channels: int = 2) -> None:
        """One more device of this name: what is played into it is its loudspeaker's, and what its microphone hears."""
        self._load(name, channels)
        self._keep(name, np.zeros(RATE, np.int16))
        self._more.append(name)
        self._write_alsa()

    def pull(self, name: str) -> None:
        """That one vanishes."""
        self._more.remove(name)
        self._kill_streams(name)
        self._unload(name)
        self._write_alsa()

    def unplug_mouth(self) -> None:
        """The loudspeaker vanishes, whatever it says."""
        for stream, where, *_ in (line.split("\t") for line in self._ask("list", "short", "sink-inputs").splitlines()):
            if where in self._numbers("sinks", MOUTH):
                self._tell(f"kill-sink-input {stream}")  # else the server would move it to the other sink
        self._unload(MOUTH)
        self._write_alsa(mouth=False)

    def replug_mouth(self) -> None:
        """The loudspeaker is there again."""
        self._load(MOUTH)
        for stream, where, *_ in (line.split("\t") for line in self._ask("list", "short", "sink-inputs").splitlines()):
            if where in self._numbers("sinks", MOUTH):
                self._ask(
                    "move-sink-input", stream, EAR
                )  # the server has moved the hiss of the room to what is its default again
        self._keep(MOUTH, np.zeros(RATE, np.int16))
        self._write_alsa()

    def break_mouth(self) -> None:
        """The loudspeaker's streams die; it can be opened again."""
        for line in self._ask("list", "sink-inputs").split("Sink Input #")[1:]:
            if "ALSA plug-in" in line:
                self._tell(f"kill-sink-input {line.split()[0]}")

    @contextmanager
    def loop(self, db: float) -> Iterator[None]:
        """The microphone hears the loudspeaker, so much louder (quieter: less than 0)."""
        number = self._ask(
            "load-module", "module-loopback", f"source={MOUTH}.monitor", f"sink={EAR}", "latency_msec=40"
        ).strip()
        try:
            about = self._ask("list", "sink-inputs").split("Sink Input #")[1:]
            (looped,) = (part.split()[0] for part in about if f"Owner Module: {number}\n" in part)
            self._ask("set-sink-input-volume", looped, f"{db}dB")
            yield
        finally:
            self._ask("unload-module", number)

    def freeze(self, *, frozen: bool = True) -> None:
        """The microphone stays but gives nothing any more; or gives again."""
        self._ask("suspend-sink", EAR, str(int(frozen)))

    def _numbers(self, kind: str, name: str) -> set[str]:
        return {line.split("\t")[0] for line in self._ask("list", "short", kind).splitlines() if name in line}

    def _unload(self, sink: str) -> None:
        for number in self._numbers("modules", f"sink_name={sink}"):
            self._ask("unload-module", number)

    def _write_alsa(self, *, ear: bool = True, mouth: bool = True) -> None:
        text = (_ALSA + (_ALSA_MOUTH if mouth else "") + (_ALSA_EAR if ear else "")).format(ear=EAR, mouth=MOUTH)
        text += "".join(_ALSA_BOTH.format(name=name) for name in self._more)
        (self._folder / "asound.conf").write_text(text)

    def _load(self, sink: str, channels: int = 2) -> None:
        layout = [f"channels={channels}", *([f"channel_map={_FOUR}"] if channels == 4 else [])]
        self._ask("load-module", "module-null-sink", f"sink_name={sink}", "rate=48000", *layout)

    def _keep(self, sink: str, samples: np.ndarray) -> subprocess.Popen[bytes]:
        sound = self._folder / f"{sink}.raw"
        sound.write_bytes(samples.astype("<i2").tobytes())
        player = " ".join(_command("--playback", sink, RATE, latency_ms=_KEEPER_MS))
        keeper = self._run("sh", "-c", f"while cat {sound}; do :; done | {player}")
        _until(lambda: "configured 2000000" not in self._latency(sink), f"{sink} to hurry")
        return keeper

    def _latency(self, sink: str) -> str:
        about = self._ask("list", "sinks").split("Sink #")
        return next((part for part in about if f"Name: {sink}\n" in part), "configured 2000000")

    def _await_daemon(self) -> None:
        answers = ["pactl", "info"]
        _until(lambda: subprocess.run(answers, capture_output=True, check=False).returncode == 0, "PulseAudio")

    def _ask(self, *words: str) -> str:
        return subprocess.run(["pactl", *words], check=True, capture_output=True, text=True, timeout=20).stdout

    def _tell(self, command: str) -> None:
        """What pactl can't do goes through the daemon's own command line."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self._folder / "cli"))
            line.sendall(f"{command}\n".encode())
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):
                pass

    def _run(
        self, *command: str, env: dict[str, str] | None = None, stdout: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=env, stdout=stdout, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._processes.append(process)
        return process


def tone(hertz: float, seconds: float, rate: int = RATE, level: float = 0.3) -> np.ndarray:
    """A sine, mono int16; `level` in parts of full scale."""
    return np.rint(32767 * level * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.int16)


def pitch(samples: np.ndarray, rate: int = RATE) -> float:
    """The strongest frequency, Hz."""
    window = np.hanning(samples.size) * samples.astype(np.float64)
    spectrum = np.abs(np.fft.rfft(window, 1 << (samples.size - 1).bit_length()))
    return float(np.argmax(spectrum) * rate / (2 * (spectrum.size - 1)))


def resampled(samples: np.ndarray, rate: int, to: int) -> np.ndarray:
    """Mono int16 at another rate."""
    return np.clip(np.rint(soxr.resample(samples.astype(np.float32), rate, to)), -32768, 32767).astype(np.int16)


def _command(direction: str, device: str, rate: int, *, latency_ms: int, channels: int = 1) -> list[str]:
    return [
        "pacat",
        direction,
        f"--device={device}",
        f"--rate={rate}",
        f"--channels={channels}",
        "--format=s16le",
        "--raw",
        f"--latency-msec={latency_ms}",
        *([f"--channel-map={_FOUR}"] if channels == 4 else []),
    ]


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(5)
    if process.stdout is not None:
        process.stdout.close()


def _until(done: object, what: str, seconds: float = 15.0) -> None:
    assert callable(done)
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(0.02)
