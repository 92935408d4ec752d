"""What the shell offers after a Tab. It asks anew at every Tab, so nothing heavy is imported here: names are read from
the files that hold them, and what can't be read is not offered."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from device.configuration.places import DEFAULTS, ROOT, placed

_OF_KIND = {"voice.model": "voice", "partials.vosk_model": "partial"}
"""Settings that name a model, and of which kind it is."""
_SEVERAL = ("wake.words",)
"""Settings that take several of them, with commas between."""
_FINALS = {"vosk": "partial", "whisper": "final"}
"""Engines of the final transcript and the kind of their models (device.wiring.ear.FINAL_ENGINES)."""
_SESSION = "session"
"""Kind of their entries in the journal: device.records.sessions.record.KIND, which is not imported for it."""
_MOST_SESSIONS = 20
_PATIENCE_S = 0.5


def settings(incomplete: str) -> list[str]:
    """Every section.key."""
    return [name for name in _keys() if name.startswith(incomplete)]


def sections(incomplete: str) -> list[str]:
    """Sections while none is told yet, then its keys, too."""
    if "." in incomplete:
        return settings(incomplete)
    named = [section for section in _read(DEFAULTS) if section.startswith(incomplete)]
    return [*named, *settings(incomplete)] if len(named) == 1 else named


def values(context: typer.Context, incomplete: str) -> list[str]:
    """What the key before may be set to, where that can be listed; of several, the one behind the last comma."""
    key = str(context.params.get("key"))
    before, comma, _ = incomplete.rpartition(",") if key in _SEVERAL else ("", "", "")
    there = before.split(",")
    offered = (f"{before}{comma}{value}" for value in _values(key) if value not in there)
    return [value for value in offered if value.startswith(incomplete)]


def models(incomplete: str) -> list[str]:
    """Ids of the models there are."""
    return [str(model["id"]) for model in _models() if str(model["id"]).startswith(incomplete)]


def boards() -> list[str]:
    """Names of the boards that are shipped."""
    return sorted(path.stem for path in (ROOT / "firmware" / "boards").glob("*.toml"))


def fleet(incomplete: str) -> list[str]:
    """Devices and groups of the usual fleet file."""
    told = _read(placed("~/.config/equerry/fleet.toml")).get("devices")
    devices = told if isinstance(told, Mapping) else {}
    groups = {str(group) for each in devices.values() if isinstance(each, Mapping) for group in each.get("groups", ())}
    return [name for name in (*devices, *sorted(groups)) if name.startswith(incomplete)]


def kinds(incomplete: str) -> list[str]:
    """Kinds of documents."""
    from services.store.search.index import searchable

    return [kind for kind in searchable() if kind.startswith(incomplete)]


def jobs(incomplete: str) -> list[str]:
    """Ids of the jobs that wait or run; none where the appliance does not answer at once."""
    from device.control.client import request
    from firmware.errors import ExpectedError

    if (folder := _data()) is None:
        return []
    try:
        told = request(folder, {"request": "jobs"}, patience=_PATIENCE_S).get("jobs", [])
    except ExpectedError:
        return []
    return [job["id"] for job in told if job["state"] in ("queued", "running") and job["id"].startswith(incomplete)]


def sessions(incomplete: str) -> list[str]:
    """Ids of the latest sessions that are kept, the latest first."""
    from services.store.sqlite.glance import latest_ids

    if (folder := _data()) is None:
        return []
    found = ["last", *latest_ids(folder / "equerry.db", _SESSION, _MOST_SESSIONS)]
    return [id_ for id_ in found if id_.startswith(incomplete)]


def voices(incomplete: str) -> list[str]:
    """Names of the people whose voices are known."""
    import json

    folder = _data()
    try:
        told = json.loads((folder / "voiceprints.json").read_text(encoding="utf-8")) if folder else {}
        names = [str(person["name"]) for person in told["people"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [name for name in names if name.casefold().startswith(incomplete.casefold())]


def learnt_words(incomplete: str) -> list[str]:
    """Wake words that were learnt here."""
    return [word for word in _learnt_words() if word.startswith(incomplete)]


def files(incomplete: str) -> list[str]:
    """Names of the files that are kept."""
    from firmware.errors import ExpectedError
    from services.store.sqlite.read_only import documents_of

    if (folder := _data()) is None:
        return []
    try:
        found = documents_of(folder / "equerry.db").get("file", {}).values()
    except (ExpectedError, OSError):
        return []
    return sorted(name for each in found if (name := str(each["name"])).casefold().startswith(incomplete.casefold()))


def lessons(incomplete: str) -> list[str]:
    """Numbers of the sentences that were taught."""
    from device.configuration.owned.factory import TAUGHT

    try:
        count = (folder / TAUGHT).read_bytes().count(b"\n") if (folder := _data()) else 0
    except OSError:
        return []
    return [str(number) for number in range(1, count + 1) if str(number).startswith(incomplete)]


def _data() -> Path | None:
    """The folder of the store, as it is set."""
    try:
        return placed(data) if (data := _set("paths", "data")) else None
    except RuntimeError:
        return None


def _set(section: str, key: str) -> str:
    """What is in force; empty where that can't be read: what is wrong with the settings is told elsewhere."""
    from device.configuration.layers import read

    try:
        return str(read(os.environ).tree[section][key])
    except (OSError, KeyError, TypeError):
        return ""


def _values(name: str) -> list[str]:
    if listed := _LISTED.get(name):
        return listed()
    kind = _FINALS.get(_set("finals", "engine")) if name == "finals.model" else _OF_KIND.get(name)
    if kind:
        return [str(model["id"]) for model in _models() if model["kind"] == kind]
    if name not in _keys():
        return []
    from device.configuration.schema import find

    key = find(name)
    return ["true", "false"] if key.sort == "switch" else list(key.choices)


def _zones() -> list[str]:
    from zoneinfo import available_timezones

    return sorted(available_timezones())


def _wake_words() -> list[str]:
    paths = (str(file["path"]) for model in _models() if model["kind"] == "wake" for file in model["files"])
    return sorted({path.split("_v")[0] for path in paths if "_v" in path}.union(_learnt_words()))


def _learnt_words() -> list[str]:
    """By the names of their files, as services.wake.openwakeword.learnt, which is not imported for it."""
    folder = _data()
    return sorted(path.stem for path in (folder / "wake" / "words").glob("*.npz")) if folder else []


_LISTED: Mapping[str, Callable[[], list[str]]] = {
    "board.name": lambda: ["auto", "none", *boards()],
    "device.time_zone": _zones,
    "finals.engine": lambda: list(_FINALS),
    "language_model.model": lambda: sorted(path.stem for path in (ROOT / "config" / "language_models").glob("*.toml")),
    "wake.words": _wake_words,
}
"""Settings whose values are in files."""


def _keys() -> Iterator[str]:
    return (f"{section}.{name}" for section, inner in _read(DEFAULTS).items() for name in inner)


def _models() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _read(ROOT / "config" / "models.toml").get("model", [])
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
