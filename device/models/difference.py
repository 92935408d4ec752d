"""A model made of another one and a difference that comes with the application.

What a difference is: services/speech/finals/difference.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from device.models.download import digest
from device.models.errors import DifferenceBroken
from device.models.manifest import ROOT, DifferenceSource, Model
from device.models.unpack import copy_shipped, flush
from services.speech.finals.difference import add, read
from services.speech.finals.weights import NotWeights


def put_onto(base: Path, source: DifferenceSource, model: Model, folder: Path) -> None:
    """Write a model's files to `folder`: its `source.file` as the difference makes it, the others as the `base` has
    them. Raises DifferenceBroken, ContentWrong.
    """
    path = ROOT / source.difference
    changed = next((file for file in model.files if file.path == source.file), None)
    copy_shipped([file for file in model.files if file is not changed], base, folder)
    target = folder / source.file
    try:
        shutil.copyfile(base / source.file, target)
        add(read(path), target)
    except (NotWeights, OSError) as error:
        raise DifferenceBroken(model=model.id, path=path, reason=f"can't be used ({error})") from error
    if changed is None or digest(target) != changed.sha256:
        reason = f"is another than the one that this list of models was written for, or {source.onto} is"
        raise DifferenceBroken(model=model.id, path=path, reason=reason)
    flush(target)
