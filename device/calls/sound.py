"""A call from a sound file of two channels: the left is the owner's side, the right the other's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from device.calls.cutter import CutSound, Cutter
from device.errors import ApplianceError
from firmware.base import AudioFileEmpty, AudioFileUnreadable
from firmware.frame import Frame
from firmware.sound.audio_file import FileMicrophone
from firmware.sound.resample import Framer
from services.calls.base import SIDES, CallSegment, Side
from services.calls.doubts import HeardDoubts
from services.speech.base import FinalRecognizer, Hints, Vad, no_hints

UNCLEAR = (
    "I can't make out the words of {who}: is it another language, or music? I know English only, and leave out what is"
    " unsure."
)
_BLOCK_S = 1.0
_ALIKE = 0.98
"""Correlation of the two channels from which they are one sound."""
_LOUD = 1e-3
"""Root mean square of a block, full scale 1.0, from which it says whether they are."""


class SidesMissing(ApplianceError):
    """{path} has {channels} channels; a call needs two: the owner on the left, the other side on the right."""

    code = "call.channels"


class SidesAlike(ApplianceError):
    """Both channels of {path} have the same sound, so who speaks can't be told. Record the owner on the left channel
    and the other side on the right.
    """

    code = "call.alike"


def segments_of_file(
    path: Path,
    names: Mapping[Side, str],
    vad: Callable[[], Vad],
    finals: FinalRecognizer,
    hints: Hints = no_hints,
    *,
    warn: Callable[[str], None] = lambda _: None,
) -> Iterator[CallSegment]:
    """What both sides say, as it ends; the file is read little by little. `hints`: names that may be said. `warn` is
    told of a side whose words can't be made out; these are left out. Raises SidesMissing, SidesAlike,
    AudioFileMissing, AudioFileUnreadable, AudioFileEmpty.
    """
    cutters = {side: Cutter(vad()) for side in SIDES}
    doubts = HeardDoubts()
    for side, frame in _frames(path):
        cut = cutters[side].take(frame) if frame else cutters[side].finish()
        if not cut:
            continue
        segment = _heard(side, names[side], cut, finals, hints)
        believed = doubts.believes(side, cut.end_s - cut.start_s, segment.confidence if segment.text else 0.0)
        if doubts.news(side):
            warn(UNCLEAR.format(who=names[side]))
        if believed and segment.text:
            yield segment


def _heard(side: Side, name: str, cut: CutSound, finals: FinalRecognizer, hints: Hints) -> CallSegment:
    """Without text where no words were heard."""
    final = finals.transcribe(cut.samples, hints=hints)
    return CallSegment(side, name, cut.start_s, cut.end_s, final.text.strip(), final.confidence)


def _frames(path: Path) -> Iterator[tuple[Side, Frame | None]]:
    """The frames of both sides side by side; None ends each."""
    with FileMicrophone(path).opened() as file:
        if file.channels != len(SIDES):
            raise SidesMissing(path=path, channels=file.channels)
        framers = [Framer(file.samplerate) for _ in SIDES]
        heard, alike = 0.0, 0.0
        for block in _blocks(file, path):
            if (likeness := _likeness(block)) is not None:
                heard, alike = heard + 1, alike + (likeness >= _ALIKE)
                if heard >= _ENOUGH and alike == heard:
                    raise SidesAlike(path=path)
            for side, framer, channel in zip(SIDES, framers, block.T, strict=True):
                yield from ((side, frame) for frame in framer.process(np.ascontiguousarray(channel)))
        if heard and alike == heard:
            raise SidesAlike(path=path)
        for side, framer in zip(SIDES, framers, strict=True):
            yield from ((side, frame) for frame in framer.finish())
            yield side, None


_ENOUGH = 20
"""Seconds of sound on which the channels must differ at least once."""


def _blocks(file: soundfile.SoundFile, path: Path) -> Iterator[npt.NDArray[np.float32]]:
    """Shape (n, 2), full scale 1.0, a second each; a file that is damaged further on gives what is before."""
    read = 0
    while True:
        try:
            block: npt.NDArray[np.float32] = file.read(
                round(file.samplerate * _BLOCK_S), dtype="float32", always_2d=True
            )
        except soundfile.SoundFileError as problem:
            if not read:
                raise AudioFileUnreadable(path=path, reason=str(problem)) from problem
            return
        if not len(block):
            if not read:
                raise AudioFileEmpty(path=path)
            return
        read += len(block)
        yield np.nan_to_num(block, nan=0.0, posinf=1.0, neginf=-1.0)


def _likeness(block: npt.NDArray[np.float32]) -> float | None:
    """How far both channels are one sound, -1 to 1; None where they are silent."""
    left, right = block[:, 0].astype(np.float64), block[:, 1].astype(np.float64)
    one, other, both = float(np.dot(left, left)), float(np.dot(right, right)), float(np.dot(left, right))
    if max(one, other) < _LOUD**2 * len(block):
        return None
    return both / math.sqrt(one * other) if one and other else 0.0
