"""Runs inside the virtual Pi: its room, at the other ends of the two cards of snd-aloop.

The microphone hears hiss of -50 dBFS, and what is put as say.wav (mono, 16 kHz, 16 bits) into the folder, which goes
away once it was said. What the loudspeaker says is in heard.raw of the same kind, its silence left out.
Nothing but Python's own library.
"""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import threading
import wave
from pathlib import Path

SAMPLES = 1280
"""Of a frame of 80 ms."""
RAW = ["--file-type=raw", "--format=S16_LE", "--rate=16000", "--channels=1", "--quiet"]
ALL_GONE_STATUS = 3


def frames_of(path: Path) -> list[bytes]:
    """The frames of a WAV file, the last one filled up with zeros."""
    with wave.open(str(path), "rb") as file:
        sound = file.readframes(file.getnframes())
    size = SAMPLES * 2
    return [sound[at : at + size].ljust(size, b"\0") for at in range(0, len(sound), size)]


def speak(folder: Path) -> None:
    """Into the microphone, for ever; aplay takes no more than it plays."""
    rng = random.Random(1)
    hiss = [struct.pack(f"<{SAMPLES}h", *(round(rng.gauss(0, 100)) for _ in range(SAMPLES))) for _ in range(25)]
    said = folder / "say.wav"
    command = ["aplay", "--device=plughw:Microphone,1,0", "--buffer-time=240000", *RAW]
    with subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0) as player:
        assert player.stdin
        while True:
            for frame in hiss:
                player.stdin.write(frame)
            if said.exists():
                for frame in frames_of(said):
                    player.stdin.write(frame)
                said.unlink()


def listen(folder: Path) -> None:
    """To the loudspeaker, for ever."""
    command = ["arecord", "--device=plughw:Speaker,1,0", *RAW]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as recorder:
        assert recorder.stdout
        while frame := recorder.stdout.read(SAMPLES * 2):
            if any(frame):
                with (folder / "heard.raw").open("ab") as file:
                    file.write(frame)


def main(folder: Path) -> int:
    """Until one of the two ends: systemd starts it again."""
    ways = [threading.Thread(target=way, args=(folder,), daemon=True) for way in (speak, listen)]
    for way in ways:
        way.start()
    while all(way.is_alive() for way in ways):
        ways[0].join(1)
    return ALL_GONE_STATUS


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
