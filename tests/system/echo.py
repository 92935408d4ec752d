"""In the container, as the user equerry: speaks through PipeWire's echo canceller and listens through it, both by
PortAudio, in a room that is a wire from the loudspeaker to the microphone. Prints by how many dB what is heard is below
what is said; exit status 1 where nothing comes at all.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pyaudio
import soxr

from services.speech.voice.piper import Piper

RATE = 16_000
FRAME = 1280
SENTENCES = (
    "Task created: send the quarterly report, for Sarah, due Friday at four, high priority.",
    "You have three tasks today. The first is to call the bank at nine thirty. The second is lunch with Mike.",
    "Reminder set for tomorrow at nine: water the plants.",
)
ADAPTS_S = 4.0
"""Left out: a canceller learns its room first."""
NULL = "factory.name=support.null-audio-sink object.linger=true audio.position=[MONO]"
ROOM = (
    f"pw-cli create-node adapter '{{ {NULL} node.name=room media.class=Audio/Sink }}'",
    f"pw-cli create-node adapter '{{ {NULL} node.name=roommic media.class=Audio/Source/Virtual }}'",
    "sleep 2; pw-link room:monitor_MONO roommic:input_MONO",
)


def speech() -> np.ndarray:
    """What the appliance may say, at `RATE`."""
    voice = Piper(Path("/opt/equerry/models/piper-en-us-joe"))
    said = np.concatenate([voice.synthesize(each) for each in SENTENCES]).astype(np.float32)
    return np.asarray(soxr.resample(said, voice.rate, RATE)).clip(-32768, 32767).astype(np.int16)


def main() -> int:
    """Say it, and hear what comes back."""
    for command in ROOM:
        subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)
    audio = pyaudio.PyAudio()
    index = next(i for i in range(audio.get_device_count()) if audio.get_device_info_by_index(i)["name"] == "pipewire")
    said, heard = speech(), []
    mouth = audio.open(RATE, 1, pyaudio.paInt16, output=True, output_device_index=index, frames_per_buffer=FRAME)
    ear = audio.open(RATE, 1, pyaudio.paInt16, input=True, input_device_index=index, frames_per_buffer=FRAME)
    threading.Thread(target=mouth.write, args=(said.tobytes(),), daemon=True).start()
    seconds = said.size / RATE
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ear.get_read_available() >= FRAME:
            heard.append(np.frombuffer(ear.read(FRAME, exception_on_overflow=False), np.int16))
        else:
            time.sleep(0.005)
    if len(heard) < seconds * RATE / FRAME / 2:
        print(f"only {len(heard)} frames came")
        return 1
    late = np.concatenate(heard[int(ADAPTS_S * RATE / FRAME) :]).astype(float)
    below = 20 * np.log10(
        np.sqrt(np.mean(said[int(ADAPTS_S * RATE) :].astype(float) ** 2)) / max(1e-3, float(np.sqrt(np.mean(late**2))))
    )
    print(f"{below:.0f} dB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
