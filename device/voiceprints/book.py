"""The file of voiceprints: replaced as a whole, readable by owner and appliance alone, in no backup or bundle."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from device import atomic
from device.control.wire import plain
from device.voiceprints.errors import (
    AlreadyEnrolled,
    NameNobodys,
    NameUnfit,
    NobodyOfThatName,
    TooManyVoices,
    VoiceprintsDamaged,
    VoiceprintsUnwritable,
)
from services.actions.people.known import MYSELF
from services.voiceprints.base import Embedding, Voiceprint

NAME = "voiceprints.json"
"""Beside the store."""
ENCODER = "wespeaker-resnet34"
"""The model that voiceprints are made with."""
SIZE = 256
"""Numbers of one of its embeddings."""
MOST = 20
"""People."""
_LONGEST = 60
_UNFIT = "@?"
"""Letters of no name: they part a voice from where it speaks, and a likely one from a sure one, wherever a voice is
told of (services.actions.policy.voices).
"""
_EDITION = 1


def checked_name(name: str) -> str:
    """The name without blanks around. Raises NameUnfit, NameNobodys."""
    tidy = " ".join(name.split())
    if tidy.casefold() in MYSELF:
        raise NameNobodys(name=tidy)
    is_name = any(letter.isalpha() for letter in tidy) and len(tidy) <= _LONGEST and tidy.isprintable()
    if not is_name or any(letter in _UNFIT for letter in tidy):
        shown = plain(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…")
        raise NameUnfit(name=shown, most=_LONGEST, unfit=" and ".join(_UNFIT))
    return tidy


class VoiceprintBook:
    """The voiceprints of a file. Several processes may write it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[Voiceprint, ...]:
        """In the order of enrolment; none where there is no file. Raises VoiceprintsDamaged."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, PermissionError):
                raise  # the command line says that sudo helps
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise VoiceprintsDamaged(path=self.path, reason=reason) from error
        try:
            return _people(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise VoiceprintsDamaged(path=self.path, reason="it is not as it was written") from error

    def free(self, name: str) -> tuple[Voiceprint, ...]:
        """Everybody, where one more of this name may be enrolled. Raises AlreadyEnrolled, TooManyVoices,
        VoiceprintsDamaged.
        """
        people = self.read()
        if known := _named(people, name):
            raise AlreadyEnrolled(name=known.name)
        if len(people) >= MOST:
            raise TooManyVoices(most=MOST)
        return people

    def add(self, voiceprint: Voiceprint, *, anew: bool = False) -> None:
        """With `anew` in place of one of the same name. Raises what `free` does, and VoiceprintsUnwritable."""
        with self._alone():
            people = self.read()
            known = _named(people, voiceprint.name) if anew else None
            rest = [each for each in people if each is not known] if known else self.free(voiceprint.name)
            self._write([*rest, voiceprint])

    def find(self, name: str) -> Voiceprint:
        """Whoever has this name, large or small. Raises NobodyOfThatName, VoiceprintsDamaged."""
        found = _named(self.read(), name)
        if found is None:
            raise NobodyOfThatName(name=name)
        return found

    def forget(self, name: str) -> Voiceprint:
        """For good: no copy is left. Raises NobodyOfThatName, VoiceprintsDamaged, VoiceprintsUnwritable."""
        with self._alone():
            gone = self.find(name)
            rest = [each for each in self.read() if each.name != gone.name]
            if rest:
                self._write(rest)
            else:
                atomic.delete_private(self.path)
            return gone

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with atomic.alone(self.path.parent):
                yield
        except OSError as error:
            if isinstance(error, PermissionError):
                raise  # the command line says that sudo helps
            raise VoiceprintsUnwritable(path=self.path, reason=error.strerror or str(error)) from error

    def _write(self, people: Sequence[Voiceprint]) -> None:
        told = {"edition": _EDITION, "people": [fields_of(each) for each in people]}
        atomic.write_private(self.path, json.dumps(told, ensure_ascii=False) + "\n")


def fields_of(voiceprint: Voiceprint) -> dict[str, Any]:
    """As it is written and exported."""
    return {
        "name": voiceprint.name,
        "enrolled": voiceprint.enrolled.isoformat(),
        "encoder": voiceprint.encoder,
        "recordings": [[round(float(value), 5) for value in each] for each in voiceprint.recordings],
    }


def _named(people: Sequence[Voiceprint], name: str) -> Voiceprint | None:
    wanted = " ".join(name.split()).casefold()
    return next((each for each in people if each.name.casefold() == wanted), None)


def _people(told: Any) -> tuple[Voiceprint, ...]:
    """Raises ValueError, KeyError, TypeError."""
    if told["edition"] != _EDITION:
        raise ValueError("of another edition")
    return tuple(map(_person, told["people"]))


def _person(told: Any) -> Voiceprint:
    enrolled = datetime.fromisoformat(told["enrolled"])
    if enrolled.tzinfo is None or not isinstance(told["name"], str) or not isinstance(told["encoder"], str):
        raise ValueError("no voiceprint")
    recordings = tuple(_embedding(each) for each in told["recordings"])
    sizes = {each.size for each in recordings}
    if len(sizes) != 1 or (told["encoder"] == ENCODER and sizes != {SIZE}):
        raise ValueError("no recordings, or of another encoder")
    return Voiceprint(told["name"], recordings, enrolled, told["encoder"])


def _embedding(told: Any) -> Embedding:
    values = np.array(told, dtype=np.float32)
    length = float(np.linalg.norm(values))
    if values.ndim != 1 or not values.size or not math.isfinite(length) or length < 0.5:
        raise ValueError("no embedding")
    unit: Embedding = (values / length).astype(np.float32)
    return unit
