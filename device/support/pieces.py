"""What is put into the bundle: known fields of known things, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from importlib.metadata import distributions
from typing import Any

from device import __version__
from device.configuration.places import ROOT
from device.doctor.base import Finding
from device.doctor.page import fields_of
from device.doctor.sources import Sources, text_of
from device.models.installed import state_of
from device.models.manifest import shipped
from device.support.bundle import BundlePiece
from device.support.journal import journal, kernel
from device.support.net import Ours
from device.support.settings import told as told_settings
from firmware.errors import ExpectedError
from services.actions.registry import ACTIONS
from services.insight.base import KIND, STAGES
from services.store.sqlite.read_only import examined, journal_of

UNITS = (
    "equerry.service",
    "equerry-bounds.service",
    "equerry-bounds.path",
    "equerry-backup.service",
    "equerry-backup.timer",
    "equerry-update.service",
    "equerry-update-wanted.service",
)
_PLACES = ("etc/systemd/system", "run/systemd/system", "usr/lib/systemd/system")
_SHOWN = (
    "Id", "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "NRestarts", "WatchdogUSec",
    "MemoryCurrent", "MemoryPeak", "MemoryMax", "TasksCurrent", "CPUUsageNSec", "ExecMainStartTimestamp",
    "ExecMainStatus", "ExecMainCode", "PrivateNetwork", "Restart", "ActiveEnterTimestamp",
    "InactiveEnterTimestamp", "NeedDaemonReload", "StatusErrno",
)  # fmt: skip
_OPEN_KEYS = frozenset((
    "PrivateNetwork", "RestrictAddressFamilies", "MemoryMax", "MemoryHigh", "WatchdogSec", "Restart",
    "RestartSec", "Nice", "CPUWeight", "TimeoutStartSec", "TimeoutStopSec", "DevicePolicy", "DeviceAllow",
    "ProtectSystem", "ProtectHome", "IPAddressDeny", "TasksMax",
))  # fmt: skip
"""Keys of units whose values tell of nobody."""
_DAYS = 30
_MOST_TURNS = 5_000
_CODE = re.compile(r"[a-z_]+(?:\.[a-z_]+){0,3}")
_LEFT_OUT = "‹left out›"


def pieces(sources: Sources, findings: Sequence[Finding], *, words_known: bool) -> Sequence[BundlePiece]:
    """All of them. `words_known`: whether the net knows what people said; else of log lines only what has no words."""
    return (
        BundlePiece(
            "doctor.json",
            "what equerry doctor finds",
            "words that quote the settings",
            partial(_doctor, sources, findings),
        ),
        BundlePiece(
            "status.json",
            "how the running appliance is",
            "names of other devices, reasons in words",
            partial(_status, sources),
        ),
        BundlePiece(
            "settings.json",
            "which settings are in force, which file says so",
            "texts of yours, comments, secrets",
            lambda: told_settings(sources.environ),
        ),
        BundlePiece(
            "versions.json",
            "versions of the program, the system and all packages",
            "names of the machine",
            partial(_versions, sources),
        ),
        BundlePiece(
            "units.txt",
            "unit files and drop-ins",
            "values that are not as shipped and may tell of somebody",
            partial(_units, sources),
        ),
        BundlePiece(
            "unit.json", "what systemd tells of the units", "all but state, times, memory", partial(_shown, sources)
        ),
        BundlePiece(
            "journal.txt",
            "the last lines of the log",
            "what stands in quotes" if words_known else "all words",
            partial(journal, sources, words_known=words_known),
        ),
        BundlePiece(
            "turns.jsonl",
            "turns and commands of the last 30 days: times, scores, actions",
            "what was said",
            partial(_turns, sources),
        ),
        BundlePiece("store.json", "how many documents of each kind", "the documents", partial(_store, sources)),
        BundlePiece("models.json", "which models there are", "nothing", partial(_models, sources)),
        BundlePiece(
            "kernel.txt",
            "what the kernel tells of sound, USB, pins, cards and voltage",
            "all else",
            partial(kernel, sources),
        ),
    )


def _doctor(sources: Sources, findings: Sequence[Finding]) -> Any:
    fields = fields_of(findings, sources.now())
    closed = {each.code for each in findings if each.private}
    for each in fields["findings"]:
        each |= {name: Ours(each[name]) for name in ("code", "area", "name", "state")}
        if each["code"] in closed:
            each["words"] = _LEFT_OUT
    return fields


def _status(sources: Sources) -> Any:
    try:
        told = sources.running
    except (ExpectedError, OSError) as error:
        return {"running": None, "code": getattr(error, "code", "not_permitted")}
    if told is None:
        return {"running": False}
    appliance, broker, site, settings, sync = (
        told.get(name) or {} for name in ("appliance", "broker", "site", "settings", "sync")
    )
    return {
        "running": True,
        **_only(told, ("version", "pid", "running", "queued", "started")),
        "appliance": {
            **_only(appliance, ("phase", "turn", "muted", "switched_off", "ringing", "level_dbfs")),
            "fault": bool(appliance.get("microphone_fault")),
        },
        "lacking": [Ours(part) for part in told.get("lacking", ())],
        "broker": _only(broker, ("connected", "since", "version", "code")),
        "site": {"others": len(site.get("others", ())), "newest_version": site.get("newest_version")},
        "settings": {
            **_only(settings, ("since", "waiting", "restarts")),
            **{f"{name}_refused": len(settings.get(f"{name}_refused") or ()) for name in ("settings", "roles")},
        },
        "sync": {name: value for name, value in sync.items() if isinstance(value, bool | int | float)},
        "machine": {
            name: value for name, value in (told.get("machine") or {}).items() if isinstance(value, bool | int | float)
        },
    }


def _versions(sources: Sources) -> Any:
    host = sources.host
    installed = {(each.metadata["Name"] or "", each.version) for each in distributions()}
    packages = sorted(installed, key=lambda each: (each[0].casefold(), *each))
    return {
        "equerry": __version__,
        "python": ".".join(map(str, host.python)),
        "kernel": host.release,
        "processor": host.machine,
        "board": sources.model,
        "system": {name: sources.system.get(name, "") for name in ("ID", "VERSION_ID", "VERSION_CODENAME")},
        "packages": {name: version for name, version in packages if name},
    }


def _units(sources: Sources) -> str:
    told = []
    for place in _PLACES:
        for unit in UNITS:
            for path in (sources.path(place) / unit, *sources.below(f"{place}/{unit}.d/*.conf")):
                if text := text_of(path):
                    told.append(f"# /{path.relative_to(sources.root)}\n{_unit(unit, text)}\n")
    return "\n".join(told) or "No unit of ours is installed.\n"


def _unit(unit: str, text: str) -> str:
    """As it is, where it is ours; of other lines the keys."""
    ours = set(text_of(ROOT / "systemd" / unit).splitlines())
    lines = []
    for line in text.splitlines():
        key, equals, _ = line.partition("=")
        if line in ours or re.fullmatch(r"\[[A-Za-z]+\]|", line) or (equals and key in _OPEN_KEYS):
            lines.append(line)
        elif equals and re.fullmatch(r"[A-Za-z]+", key):
            lines.append(f"{key}={_LEFT_OUT}")
    return "\n".join(lines)


def _shown(sources: Sources) -> Any:
    return {unit: sources.unit(unit, _SHOWN) for unit in UNITS}


def _turns(sources: Sources) -> Any:
    with journal_of(sources.settings.paths.store) as kept:
        rows = kept.rows(KIND, since=sources.now() - timedelta(days=_DAYS), newest_first=True, limit=_MOST_TURNS)
    return [_turn(row.at.isoformat(timespec="seconds"), row.fields) for row in reversed(rows)]


def _turn(at: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """One turn: figures, and words of ours."""
    client = str(fields.get("client", "")).partition(":")[0]
    code = str(fields.get("code") or "")
    return {
        "at": at,
        "client": client if client in ("microphone", "console", "mqtt", "routine") else "other",
        "result": _one_of(fields.get("result"), ("done", "failed", "asked", "unclear", "silent")),
        "source": _one_of(fields.get("source"), ("reserved", "template", "model", "explicit", "none")),
        "actions": [Ours(action) if action in ACTIONS else "other" for action in fields.get("actions", ())],
        "code": code if _CODE.fullmatch(code) else "",
        "stages": {
            name: value
            for name, value in (fields.get("stages") or {}).items()
            if name in STAGES and isinstance(value, int | float)
        },
        **{
            name: fields[name]
            for name in ("heard", "understood", "total", "near_misses")
            if isinstance(fields.get(name), int | float)
        },
        "quality": {
            str(name): value
            for name, value in _mapping(fields.get("quality")).items()
            if isinstance(value, int | float) and _CODE.fullmatch(str(name))
        },
    }


def _store(sources: Sources) -> Any:
    path = sources.settings.paths.store
    try:
        found = examined(path)
    except (ExpectedError, OSError) as error:
        return {"readable": False, "code": getattr(error, "code", "not_permitted")}
    kinds = {kind if _CODE.fullmatch(kind) else "other": number for kind, number in found.kinds.items()}
    return {"readable": True, "layout": found.layout, "bytes": found.bytes, "documents": kinds}


def _models(sources: Sources) -> Any:
    home = sources.settings.paths.models
    return {
        model.id: {"state": state_of(model.id, home), "default": model.default, "bytes": model.bytes}
        for model in shipped().model
    }


def _only(fields: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: fields.get(name) for name in names}


def _one_of(said: object, words: Sequence[str]) -> str:
    return Ours(said) if isinstance(said, str) and said in words else Ours("other")


def _mapping(told: object) -> Mapping[object, object]:
    return told if isinstance(told, Mapping) else {}
