"""What a wake word of one's own is learnt with: models, a synthetic voice, ordinary speech; and where it is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from device.atomic import as_owner_of
from device.configuration.places import ROOT
from device.configuration.settings import Settings
from device.errors import ApplianceError
from device.wiring.basis import model_folder

if TYPE_CHECKING:
    from services.wake.base import Ears
    from services.wake.features import FeatureModels
    from services.wake.head import Head
    from services.wake.teaching.lesson import ManyVoices
    from services.wake.teaching.pool import Windows

BANK = ROOT / "config" / "wake" / "ordinary.npz"


class WordTaken(ApplianceError):
    """There is a wake word {word} already; {what}"""

    code = "wake.taken"


class WordUnknown(ApplianceError):
    """No wake word {word} was learnt here. {known}"""

    code = "wake.unknown"


class WordInUse(ApplianceError):
    """{word} is listened for. First choose others: equerry config set wake.words {others}"""

    code = "wake.in_use"


class WordNotKept(ApplianceError):
    """The wake word can't be kept in {path} ({reason}). Nothing of what was there is lost."""

    code = "wake.kept_not"


@dataclass(frozen=True, slots=True)
class Teacher:
    """What a lesson needs beside the recordings."""

    models: FeatureModels
    voice: ManyVoices
    bank: list[Windows]
    ears: Ears | None
    """None where the recogniser can't tell whether a phrase was said."""


def load_teacher(settings: Settings) -> Teacher:
    """Raises EngineUnknown, ModelMissing, ModelCorrupt, WakeModelUnusable, VoiceUnusable, SpeechModelUnusable."""
    from device.wiring.ear import load_ears
    from services.speech.voice.varied import VariedPiper
    from services.wake.base import Ears
    from services.wake.models import feature_models
    from services.wake.teaching.bank import load_bank

    models = feature_models(model_folder(settings, "openwakeword"))
    voice, finals = VariedPiper(model_folder(settings, settings.voice.model)), load_ears(settings)
    return Teacher(models, voice, load_bank(BANK), finals if isinstance(finals, Ears) else None)


def words_here(settings: Settings) -> tuple[list[str], list[str]]:
    """Wake words that came with the models, and those that were learnt. Raises ModelMissing, ModelCorrupt."""
    from services.wake.models import available, learnt

    return available(model_folder(settings, "openwakeword")), learnt(settings.paths.wake_words)


def demand_free(settings: Settings, name: str) -> None:
    """Raises WordTaken where there is such a word; ModelMissing, ModelCorrupt."""
    shipped, own = words_here(settings)
    if name in shipped:
        raise WordTaken(word=name, what="it came with the models. Take another phrase, or another --name.")
    if name in own:
        raise WordTaken(
            word=name,
            what=f"you taught it. Say --again to learn it anew, take another --name, or: equerry wake forget {name}",
        )


def keep(settings: Settings, head: Head) -> Path:
    """As a whole or not at all, for its owner to read. Raises WordNotKept."""
    folder = settings.paths.wake_words
    path = folder / f"{head.word}.npz"
    beside = path.with_suffix(f".{os.getpid()}.part")
    try:
        with as_owner_of(settings.paths.data):  # behind sudo; the appliance is to read it
            for each in (settings.paths.data, folder.parent, folder):  # with `parents` only the last is private
                each.mkdir(mode=0o700, parents=True, exist_ok=True)
            with beside.open("xb") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(head.packed())
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise WordNotKept(path=folder, reason=error.strerror or "it can't be written") from error
    return path


def forget(settings: Settings, name: str) -> None:
    """Raises WordInUse, WordUnknown, WordNotKept."""
    from services.wake.models import learnt

    own = learnt(settings.paths.wake_words)
    if name not in own:
        raise WordUnknown(word=name, known=f"There are: {', '.join(own)}." if own else "There is none.")
    if name in settings.wake.words:
        others = ",".join(word for word in settings.wake.words if word != name)
        raise WordInUse(word=name, others=others or "hey_jarvis")
    try:
        (settings.paths.wake_words / f"{name}.npz").unlink()
    except OSError as error:
        raise WordNotKept(path=settings.paths.wake_words, reason=error.strerror or "it can't be changed") from error
