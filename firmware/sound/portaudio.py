"""PortAudio as the microphone and the speaker share it: who uses it, which devices there are, and quiet libraries
beneath.

PortAudio looks for devices once, at Pa_Initialize, and closes every stream of the process at Pa_Terminate. So it is
started when its first user enters and ended when the last one leaves; one who enters alone sees what was plugged in
since. Its calls are not thread-safe (portaudio.h: "PortAudio is not thread-safe"), hence one lock around starting,
ending, opening and closing; streams work by callbacks, which need none.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyaudio

from firmware.sound.named import named

log = logging.getLogger(__name__)

Direction = Literal["input", "output"]

Callback = Callable[..., tuple[bytes | None, int]]
"""PyAudio's: (data, samples, times, status) -> (data, paContinue), on PortAudio's thread."""


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """What PortAudio says of one device in one direction."""

    index: int
    name: str
    channels: int
    """At most."""
    rate: int
    """Samples a second that it prefers."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to open a device: samples a second and channels, int16 and interleaved."""

    rate: int
    channels: int


_lock = threading.RLock()
_library: pyaudio.PyAudio | None = None
_users = 0
_kept_alive: list[object] = []
"""Callbacks handed to C; they must outlive the libraries."""


def enter() -> None:
    """Begin to use PortAudio. The first user starts it, which takes a tenth of a second on a desk machine."""
    global _library, _users  # noqa: PLW0603 - PortAudio is one per process
    with _lock:
        if _library is None:
            _hush()
            forget_the_dead()
            _library = pyaudio.PyAudio()
        _users += 1


def leave() -> None:
    """End a use begun with `enter`. The last user ends PortAudio, so that the next start finds new devices."""
    global _library, _users  # noqa: PLW0603
    with _lock:
        _users -= 1
        if _users == 0 and _library is not None:
            _library.terminate()
            _library = None


def devices(direction: Direction) -> list[SoundDevice]:
    """Every device of this direction, in PortAudio's order. Between `enter` and `leave`."""
    with _lock:
        library = _started()
        found = (_device(library.get_device_info_by_index(i), direction) for i in range(library.get_device_count()))
        return [device for device in found if device.channels > 0]


def default_device(direction: Direction) -> SoundDevice | None:
    """What the system takes when nobody chooses; None where there is none. Between `enter` and `leave`."""
    with _lock:
        library = _started()
        ask = library.get_default_input_device_info if direction == "input" else library.get_default_output_device_info
        try:
            return _device(ask(), direction)
        except OSError:
            return None


def names(direction: Direction) -> list[str]:
    """The names one may write into the settings; needs no `enter`."""
    enter()
    try:
        return [device.name for device in devices(direction)]
    finally:
        leave()


def choose(wanted: str, candidates: Iterable[SoundDevice]) -> SoundDevice | None:
    """The device of this name, else the first whose name holds `wanted`; capitals don't matter."""
    there = list(candidates)
    place = named(wanted, [device.name for device in there])
    return None if place is None else there[place]


def find(direction: Direction, wanted: str | None, *, instead: bool = True) -> SoundDevice | None:
    """The device of this name; where there is none, with `instead`, the default one. Between `enter` and `leave`."""
    named = choose(wanted, devices(direction)) if wanted else None
    if named or not instead:
        return named
    default = default_device(direction)
    if default and wanted:
        log.warning("there is no %s device named %r; taking %s", direction, wanted, default.name)
    return default


def names_found(direction: Direction) -> str:
    """For a message about one that is not there. Between `enter` and `leave`."""
    return ", ".join(device.name for device in devices(direction)) or "(none found)"


def open_stream(
    device: SoundDevice,
    direction: Direction,
    layouts: Sequence[Layout],
    seconds: float,
    callback: Callable[[Layout], Callback],
) -> tuple[Any, Layout]:
    """Open `device` in the first layout it takes, `seconds` a buffer, with its callback. Raises OSError when it takes
    none.
    """
    refusal: Exception | None = None
    with _lock:
        library = _started()
        for layout in layouts:
            chosen = {direction: True, f"{direction}_device_index": device.index, "stream_callback": callback(layout)}
            try:
                stream = library.open(
                    rate=layout.rate,
                    channels=layout.channels,
                    format=pyaudio.paInt16,
                    frames_per_buffer=round(layout.rate * seconds),
                    **chosen,
                )
            except (OSError, ValueError) as problem:  # ValueError: a channel count PortAudio finds out of range
                refusal = problem
                continue
            return stream, layout
    raise OSError(f"{device.name}: {refusal}")


def close_stream(stream: Any) -> None:
    """Close at once; what was not yet heard is dropped (Pa_CloseStream aborts an active stream)."""
    with _lock:
        try:
            stream.close()
        except OSError:
            return  # the device is gone and PortAudio has closed the stream itself


def _started() -> pyaudio.PyAudio:
    assert _library is not None, "PortAudio is used between enter() and leave()"
    return _library


def _device(info: dict[str, Any], direction: Direction) -> SoundDevice:
    channels = info["maxInputChannels" if direction == "input" else "maxOutputChannels"]
    return SoundDevice(int(info["index"]), str(info["name"]), int(channels), round(info["defaultSampleRate"]))


_AlsaHandler = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p)
_JackHandler = ctypes.CFUNCTYPE(None, ctypes.c_char_p)


def _hush() -> None:
    """Stop ALSA and JACK from writing a page of chatter to stderr while PortAudio tries every device.

    Their own hooks are used, not a redirected stderr: other threads may be writing their log lines there.
    What matters reaches us as error codes. snd_lib_error_set_handler is in alsa-lib's error.h, jack_set_error_function
    in jack.h.
    """
    if _kept_alive:
        return
    alsa = _AlsaHandler(lambda *_: None)
    jack = _JackHandler(lambda *_: None)
    _kept_alive.extend((alsa, jack))
    _hook("libasound.so.2", "snd_lib_error_set_handler", alsa)
    _hook("libjack.so.0", "jack_set_error_function", jack)
    _hook("libjack.so.0", "jack_set_info_function", jack)


def _hook(library: str, function: str, handler: object) -> None:
    try:
        getattr(ctypes.CDLL(library), function)(handler)
    except (OSError, AttributeError):
        return  # not on this system, so it has nothing to say either


_SHARED = Path("/dev/shm")  # noqa: S108 - named so by libjack


def forget_the_dead(shared: Path = _SHARED, processes: Path = Path("/proc")) -> bool:
    """Remove the database where no process has it open any more; libjack makes another one. True: removed."""
    folder = shared / f"jack_db-{os.getuid()}"
    if not folder.is_dir() or _is_open(folder, processes):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def _is_open(folder: Path, processes: Path) -> bool:
    for maps in processes.glob("[0-9]*/maps"):
        try:
            if f"{folder}/" in maps.read_text(encoding="utf-8", errors="replace"):
                return True
        except OSError:  # it has ended, or is another user's, who can't have it open
            continue
    return False
