"""A microphone that a process of its own reads, for a device that may vanish at any time: the line of a call.

PortAudio 19.6 may spin for ever in a stream whose device was taken away, where ALSA leads to a sound server: closing it
never returns, no other stream can be opened or closed meanwhile, and stderr fills. A process can be ended; and a new
one sees what was plugged in since, which PortAudio sees only where no stream is open.
"""

from __future__ import annotations

import json
import os
import select
import struct
import subprocess
import sys
import time

import numpy as np

from firmware.base import MicrophoneLost, MicrophoneMissing
from firmware.errors import BodyError
from firmware.frame import FRAME_SAMPLES, Frame
from firmware.sound.microphone import PyAudioMicrophone

_OPENED_S = 10.0
"""Within which the process says what it has opened; Python and PortAudio start in less than one second on a desk."""
_HEAD = struct.Struct("<I")
"""Before each frame: overruns until then."""
_FRAME_BYTES = _HEAD.size + 2 * FRAME_SAMPLES


class ApartMissing(MicrophoneMissing):
    """{words}"""

    code = "microphone.line"


class ApartMicrophone:
    """Implements firmware.base.Microphone by the device of this name and no other."""

    def __init__(self, name: str, *, silence_s: float = 2.0) -> None:
        """`silence_s`: seconds without a frame after which the device counts as lost."""
        self._wanted, self._silence_s = name, silence_s
        self.name = name
        self.overruns = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._came = bytearray()
        self._index = 0

    @property
    def direction(self) -> float | None:
        """It is one microphone."""
        return None

    def open(self) -> None:
        """Start the process. Raises ApartMissing."""
        self.close()
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, self._wanted],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # PortAudio may fill it
            env=environ,
        )
        until = time.monotonic() + _OPENED_S
        while b"\n" not in self._came and self._more(until - time.monotonic()):
            pass
        line, _, rest = bytes(self._came).partition(b"\n")
        told = json.loads(line) if line else {"words": f"The device {self._wanted} gives no sound."}
        if "words" in told:
            self.close()
            raise ApartMissing(words=told["words"])
        self.name, self._came = told["name"], bytearray(rest)

    def read(self) -> Frame | None:
        """Raises MicrophoneLost."""
        until = time.monotonic() + self._silence_s
        while len(self._came) < _FRAME_BYTES:
            if not self._more(until - time.monotonic()):
                raise MicrophoneLost(name=self.name)
        whole, self._came = bytes(self._came[:_FRAME_BYTES]), self._came[_FRAME_BYTES:]
        (self.overruns,) = _HEAD.unpack_from(whole)
        self._index += 1
        return Frame(np.frombuffer(whole, np.int16, offset=_HEAD.size), self._index - 1)

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self._process, self._came = self._process, None, bytearray()
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()

    def _more(self, within_s: float) -> bool:
        """Take what comes within so many seconds; False where nothing does."""
        out = self._process.stdout if self._process else None
        if out is None or within_s <= 0 or not select.select([out], [], [], within_s)[0]:
            return False
        came = os.read(out.fileno(), 1 << 16)
        self._came += came
        return bool(came)


def _serve(name: str) -> None:
    """What the process does: a line of JSON, {"name"} or {"words"}: why it can't be opened; then frames."""
    out, microphone = sys.stdout.buffer, PyAudioMicrophone(name, only=True)
    try:
        microphone.open()
        out.write(json.dumps({"name": microphone.name}).encode() + b"\n")
        out.flush()
        while (frame := microphone.read()) is not None:
            out.write(_HEAD.pack(microphone.overruns) + frame.samples.tobytes())
            out.flush()
    except BodyError as error:  # behind the first line nobody reads it: the end tells enough
        out.write(json.dumps({"words": str(error)}).encode() + b"\n")
        out.flush()
    except BrokenPipeError:
        pass  # nobody listens any more
    os._exit(0)  # without closing the stream, which may never return


if __name__ == "__main__":
    _serve(sys.argv[1])
