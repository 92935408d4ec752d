"""Gathers what is learnt from: recordings and spoken sentences, cut into clips.

    python -m training.ears.sounds FOLDER… --out FOLDER [--held-out 0.03]

Each FOLDER has index.jsonl with at least a "file" a line. What is longer than a window is cut where it is calmest; of
every recording of people there is a second clip, with the voice higher or lower. FOLDER of --out gets sounds.i16
(16 kHz mono, all clips in a row, speech at SPEECH_DBFS) and clips.jsonl (start, length, file, held). A part of the
recordings, chosen by name, is held out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from firmware.frame import RATE
from services.speech.finals.whisper import calmest

Sound = npt.NDArray[np.float32]

SOUNDS, CLIPS = "sounds.i16", "clips.jsonl"
SPEECH_DBFS = -24.0
BEFORE, AFTER = 0.25, 0.5
"""Seconds that are added where a recording begins or ends with speech, as the appliance's windows have them."""
_SHORT, _LONG = 5.5, 10.0
"""Seconds of a clip at most; every third recording is cut into long ones."""
_PITCH = (0.86, 1.16)


@dataclass(frozen=True, slots=True)
class Clip:
    """One piece of speech."""

    start: int
    length: int
    file: str
    held: bool


class Sounds:
    """All clips, read from a folder as they are asked for."""

    def __init__(self, folder: Path) -> None:
        rows = (folder / CLIPS).read_text(encoding="utf-8").splitlines()
        self.clips = [Clip(**json.loads(row)) for row in rows]
        self._sound = np.memmap(folder / SOUNDS, np.int16, "r")

    def sound(self, clip: Clip) -> Sound:
        """Its samples, about -1 to 1."""
        return np.asarray(self._sound[clip.start : clip.start + clip.length] / 32768, np.float32)


def active(sound: Sound) -> npt.NDArray[np.bool_]:
    """Which 20 ms hold speech: within 30 dB of the loud ones, and clearly above the recording's own floor."""
    pieces = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    level = 10 * np.log10(np.mean(pieces**2, axis=1) + 1e-10)
    low, high = np.percentile(level, [5, 95])
    loud = level > max(high - 30, low + 0.35 * (high - low))
    return np.asarray(np.convolve(loud, np.ones(5), mode="same") >= 2, np.bool_)


def level_of(sound: Sound) -> float:
    """Root mean square of the speech."""
    pieces = sound[: len(sound) // 320 * 320].reshape(-1, 320)
    speech = pieces[active(sound)]
    return float(np.sqrt(np.mean(speech**2)) + 1e-9) if len(speech) else 1e-9


def _clips(folder: Path, part: float) -> Iterator[tuple[str, bool, Sound]]:
    rows = [json.loads(row) for row in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        path = folder / row["file"]
        if not path.is_file():
            continue
        sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
        mono = np.asarray(soxr.resample(sound[:, 0], rate, RATE), np.float32)
        number = int(hashlib.sha256(path.name.encode()).hexdigest()[:8], 16)
        held = number / 2**32 < part
        for at, piece in enumerate(_cut(mono, _LONG if number % 3 == 0 else _SHORT)):
            yield f"{path.name}#{at}", held, piece
            if "voice" not in row and not held:
                pitch = Random(number + at).uniform(*_PITCH)
                yield f"{path.name}#{at}*{pitch:.2f}", held, soxr.resample(piece, RATE * pitch, RATE)


def _cut(sound: Sound, longest: float) -> Iterator[Sound]:
    whole = (sound * 32767).astype(np.int16)
    start, most = 0, int(longest * RATE)
    while len(sound) - start > most:
        end = calmest(whole, start + most // 2, start + most)
        yield sound[start:end]
        start = end
    if len(sound) - start > RATE // 2:
        yield sound[start:]


def _finished(sound: Sound) -> Sound | None:
    """With its speech at SPEECH_DBFS, and room before and behind it; None where there is nearly nothing."""
    level = level_of(sound)
    if level < 10 ** (-55 / 20) or np.count_nonzero(active(sound)) < 10:
        return None
    return np.pad(sound * 10 ** (SPEECH_DBFS / 20) / level, (int(BEFORE * RATE), int(AFTER * RATE)))


def main() -> None:
    """See the module."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("folders", type=Path, nargs="+")
    told.add_argument("--out", type=Path, required=True)
    told.add_argument("--held-out", type=float, default=0.03)
    asked = told.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    start = count = 0
    with (asked.out / SOUNDS).open("wb") as sounds, (asked.out / CLIPS).open("w", encoding="utf-8") as rows:
        for folder in asked.folders:
            for file, held, piece in _clips(folder, asked.held_out):
                sound = _finished(piece)
                if sound is not None:
                    sounds.write(np.clip(np.rint(sound * 32768), -32768, 32767).astype("<i2").tobytes())
                    print(json.dumps(asdict(Clip(start, len(sound), file, held))), file=rows)
                    start, count = start + len(sound), count + 1
    print(f"{count} clips, {start / RATE / 3600:.2f} h")


if __name__ == "__main__":
    main()
