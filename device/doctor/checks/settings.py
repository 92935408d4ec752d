"""Settings, roles, secrets and who may read what."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from device.doctor.base import Check, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, closed

_MOST_SHOWN = 3
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def files(sources: Sources) -> Verdict:
    """Whether files, drop-ins, environment and roles can be used. Each problem has its file and line."""
    if not sources.problems:
        return ok("all of it can be used", problems=0)
    shown = "; ".join(sources.problems[:_MOST_SHOWN])
    more = len(sources.problems) - _MOST_SHOWN
    words = shown + (f"; and {more} more" if more > 0 else "")
    return Verdict(
        "fail",
        words,
        "equerry config check tells all of it, equerry config edit mends it",
        {"problems": len(sources.problems)},
        True,
    )


def in_force(sources: Sources) -> Verdict:
    """Whether the running appliance has taken the settings, refused them, or waits for a new start."""
    told = (sources.running or {}).get("settings")
    if told is None:
        return skip("the appliance does not run")
    refused = [name for name in ("settings", "roles") if told.get(f"{name}_refused")]
    if refused:
        return fail(f"the {' and the '.join(refused)} were refused, those before stay in force", refused=refused)
    if told.get("waiting"):
        waits = ", ".join(map(str, told["waiting"]))
        return warn(f"{waits}: taken by a new start", "sudo systemctl restart equerry", waiting=len(told["waiting"]))
    return ok("as in the files", waiting=0)


def secrets(sources: Sources) -> Verdict:
    """Whether each secret is a file that its owner alone may read (chmod 600), in a folder of which the same holds."""
    folders = [folder for folder in sources.secrets if folder.is_dir()]
    if not folders:
        return ok("there are none", files=0)
    shut = [folder for folder in folders if closed(folder)]
    found = [path for folder in folders if folder not in shut for path in sorted(folder.iterdir()) if path.is_file()]
    open_ = [path for path in found if path.stat().st_mode & _OTHERS]
    if open_:
        return fail(
            f"others may read {', '.join(each.name for each in open_)}",
            f"chmod 600 {' '.join(map(str, open_))}",
            files=len(found),
        )
    if shut:
        return unknown(f"this user may not look into {shut[0]}", "Put sudo before it.", files=len(found))
    return ok(f"{len(found)} file{'s' * (len(found) != 1)}, each for its owner alone", files=len(found))


def private(sources: Sources) -> Verdict:
    """Whether others may read the store, its backups or the key of the broker's certificate."""
    wanted = sources.settings
    places = [
        wanted.paths.store,
        *_backups(wanted.backup.folder),
        *([Path(wanted.mqtt.key)] if wanted.mqtt.key else []),
    ]
    open_ = []
    for path in places:
        with suppress(FileNotFoundError, NotADirectoryError):
            if path.stat().st_mode & stat.S_IRWXO and not _behind_a_door(path):
                open_.append(path)
    if open_:
        return warn(
            f"everybody may read {open_[0]}" + (f", and {len(open_) - 1} more" if len(open_) > 1 else ""),
            f"chmod o= {open_[0]}",
            open=len(open_),
        )
    return ok("not for everybody", open=0)


def _behind_a_door(path: Path) -> bool:
    """Whether a folder above it lets nobody else through."""
    return any(not parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def _backups(folder: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from sorted(folder.glob("equerry-*.db"))[-1:]


CHECKS = (
    Check("settings.files", "settings", files, "equerry config check"),
    Check("settings.in_force", "in force", in_force, "equerry config check; equerry status says what is refused"),
    Check("settings.secrets", "secrets", secrets, "chmod 600 each of them"),
    Check("settings.private", "for others", private, "chmod o= FILE"),
)
