"""What is installed: a folder for each model, and whether it is as it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from device.models.download import digest
from device.models.errors import ModelCorrupt, ModelMissing
from device.models.manifest import Manifest, Model, ModelFile, shipped

RECORD = ".files.json"
"""In the folder of a model that came as an archive: what it held."""

_Files = TypeAdapter(tuple[ModelFile, ...])


def installed(model: str, home: Path, manifest: Manifest | None = None) -> Path:
    """Folder of an installed model; its files exist and have their sizes (`verify` reads them too).

    Raises ModelUnknown, ModelMissing, ModelCorrupt.
    """
    known = (manifest or shipped()).find(model)
    folder = home / known.id
    if not folder.is_dir():
        raise ModelMissing(model=model)
    for file in files_of(known, folder):
        path = folder / file.path
        if not path.is_file():
            raise ModelCorrupt(model=model, path=folder, reason=f"{file.path} is missing")
        if path.stat().st_size != file.bytes:
            raise ModelCorrupt(
                model=model, path=folder, reason=f"{file.path} has {path.stat().st_size} bytes, not {file.bytes}"
            )
    return folder


def state_of(model: str, home: Path) -> Literal["here", "damaged", "missing", "not readable"]:
    """How it is, for a list. Raises ModelUnknown."""
    try:
        installed(model, home)
    except ModelMissing:
        return "missing"
    except ModelCorrupt:
        return "damaged"
    except OSError:
        return "not readable"
    return "here"


def verify(model: str, home: Path, manifest: Manifest | None = None) -> Path:
    """As `installed`, and every byte is read: SHA-256 of every file."""
    known = (manifest or shipped()).find(model)
    folder = installed(model, home, manifest)
    for file in files_of(known, folder):
        try:
            found = digest(folder / file.path)
        except OSError as error:
            raise ModelCorrupt(
                model=model, path=folder, reason=f"{file.path} can't be read ({error.strerror})"
            ) from error
        if found != file.sha256:
            raise ModelCorrupt(model=model, path=folder, reason=f"the SHA-256 of {file.path} differs")
    return folder


def write_record(folder: Path, files: tuple[ModelFile, ...]) -> None:
    """Note what an archive held, so that it can be verified later."""
    (folder / RECORD).write_bytes(_Files.dump_json(files, indent=1))


def files_of(model: Model, folder: Path) -> tuple[ModelFile, ...]:
    """What the folder of this model holds, by the list or by the record of its archive. Raises ModelCorrupt."""
    if model.files:
        return model.files
    try:
        return _Files.validate_python(json.loads((folder / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise ModelCorrupt(model=model.id, path=folder, reason=f"its record {RECORD} can't be read") from error
