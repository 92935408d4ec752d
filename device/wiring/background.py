"""What goes on beside the turns, on threads of its own."""

from __future__ import annotations

import ipaddress
import logging
import socket
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from device.caldav.accounts import Accounts
from device.caldav.certificate import own_certificate
from device.caldav.door import Door, Refusals
from device.caldav.home import CalendarHome
from device.caldav.server import CaldavServer, tls_of
from device.caldav.writer import CalendarWriter
from device.configuration.secrets import secret
from device.configuration.settings import CaldavSettings, Settings
from device.turn import events as on
from device.turn.reactor import Beside
from device.upkeep.bucket import Mirroring, contents
from device.upkeep.housekeeping import Retention, Upkeep
from device.upkeep.inbox import Arrivals, told
from device.wiring.basis import backup_folders, calendar_zone, clock_of, open_files
from firmware.errors import ExpectedError
from services.actions.policy.policy import Policy
from services.files.local import LocalFiles
from services.files.mirror import Mirror
from services.store.store import Store

if TYPE_CHECKING:
    from services.files.s3 import S3Bucket

log = logging.getLogger(__name__)


def build_beside(settings: Settings, store: Store, put: on.Emit) -> list[Beside]:
    """The appliance does without what can't be had."""
    files = open_files(settings, store)
    beside: list[Beside] = [build_arrivals(settings, files, put), build_upkeep(settings, store, put)]
    try:
        if bucket := build_bucket(settings):
            mirror = Mirror(bucket, files, partial(contents, store), fetch=settings.bucket.fetch)
            beside.append(Mirroring(mirror, store))
    except ExpectedError as error:
        log.error("The bucket is not used. %s", error)
    return beside


def build_upkeep(settings: Settings, store: Store, put: on.Emit) -> Upkeep:
    """Backups of the device's own store, and deleting what is old."""
    first, second = (
        backup_folders(settings) if settings.backup.enabled and store.path == settings.paths.store else (None, None)
    )
    old = settings.retention
    return Upkeep(
        store,
        clock_of(settings),
        lambda text: put(on.Announced(text)),
        retention=Retention(
            timedelta(days=old.turns_days),
            timedelta(days=old.jobs_days),
            timedelta(days=old.undo_days),
            sessions=timedelta(days=settings.session.keep_days),
        ),
        contents=store.path.parent / "files",
        first=first,
        second=second,
    )


def build_arrivals(settings: Settings, files: LocalFiles, put: on.Emit) -> Arrivals:
    """The watch on the inbox."""

    def tell(names: tuple[str, ...]) -> None:
        put(on.FilesArrived(names))
        if settings.files.announce:
            put(on.Announced(told(names)))

    return Arrivals(settings.files.inbox, files, tell, poll=settings.files.poll)


def build_bucket(settings: Settings) -> S3Bucket | None:
    """The bucket, if there is one. Raises SecretMissing, SecretOpen, SecretUnreadable, BucketRefused."""
    wanted = settings.bucket
    if not wanted.name:
        return None
    from services.files.s3 import S3Bucket

    key_id, key = (secret(name).get_secret_value() for name in ("bucket-key-id", "bucket-key"))
    return S3Bucket(
        wanted.name,
        key_id=key_id,
        key=key,
        endpoint=wanted.endpoint,
        region=wanted.region,
        prefix=f"{wanted.folder}/files",
    )


def build_caldav(settings: Settings, store: Store, policy: Policy, now: Callable[[], datetime]) -> CaldavServer | None:
    """What serves phones; None where it is off, or Radicale is not installed, which the log tells."""
    wanted = settings.caldav
    if not wanted.enabled:
        return None
    try:
        from device.caldav.radicale_plugins.application import radicale_application
    except ImportError as error:
        log.error(
            "CalDAV is not served: %s. Install Radicale, which is no part of Equerry, as docs/caldav.md tells.",
            error,
        )
        return None
    home = CalendarHome(store, policy, lambda: calendar_zone(settings))
    refusals = Refusals()
    inner = radicale_application(home, CalendarWriter(store, policy, home, now), refusals)
    door = Door(inner, Accounts(), refusals)
    return CaldavServer(door, wanted.address, wanted.port, lambda: caldav_tls(wanted, store.path.parent))


def caldav_tls(wanted: CaldavSettings, data: Path) -> ssl.SSLContext | None:
    """What encrypts CalDAV; None for this machine alone: a proxy may. Raises NoCertificate, CertificateUnusable."""
    if wanted.certificate:
        return tls_of(Path(wanted.certificate), Path(wanted.key))
    return None if _is_loopback(wanted.address) else tls_of(*own_certificate(data, socket.gethostname()))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
