"""What `equerry status` shows in a terminal: one line for each thing, what is amiss first. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from device.control.wire import plain
from device.guide.progress import told as words_of_setup
from device.records.sessions.pages import heard, hint
from device.records.sessions.record import quality_of
from firmware.readings import WARM

State = Literal["amiss", "look", "well"]
"""Something does not work; somebody may want to know of it; as it should be."""
_MARKS: Mapping[State, tuple[str, str]] = {"amiss": ("✗", "bold red"), "look": ("!", "yellow"), "well": ("✓", "green")}
_ORDER: Sequence[State] = ("amiss", "look", "well")
_FULL = 0.05
_MOST_SHOWN = 5
_WITHOUT = {"lights": "dark: ", "button": "not used: ", "board": "not used: ", "mute switch": "can't be read: "}

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One thing."""

    what: str
    words: str
    state: State = "well"


def page(lines: Sequence[StatusLine]) -> RenderableType:
    """As a table without a frame."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for state in _ORDER:
        mark, style = _MARKS[state]
        for line in lines:
            if line.state == state:
                table.add_row(
                    Text(mark, style=style),
                    Text(line.what),
                    Text(plain(line.words), style="" if state == "well" else style),
                )
    return table


def lines_of(told: Fields, now: datetime, zone: tzinfo) -> list[StatusLine]:
    """Of a status reply (device/control/server.py, device/control/facts.py), with times in `zone`."""
    if told.get("state") == "loading":
        return [StatusLine("equerry", f"{told['version']} is loading its models, process {told['pid']}", "look")]
    return [
        *_process(told, now, zone),
        *_appliance(told.get("appliance"), unread="mute switch" in told.get("lacking", ())),
        *(StatusLine(part, _WITHOUT.get(part, "") + words, "amiss") for part, words in told.get("lacking", {}).items()),
        *_session(told.get("session"), zone),
        _jobs(told["running"], told["queued"]),
        *_call(told.get("call")),
        *_home(told.get("home_assistant"), now),
        *_broker(told.get("broker"), now),
        *_sync(told.get("sync"), connected=bool((told.get("broker") or {}).get("connected"))),
        *_site(told.get("site"), told["version"]),
        *_engine(told.get("engine")),
        *_satellites(told.get("satellites"), now),
        *_settings(told.get("settings"), zone),
        *_setup(told.get("guide")),
        *_machine(told.get("machine") or {}),
    ]


def _process(told: Fields, now: datetime, zone: tzinfo) -> Iterator[StatusLine]:
    since = _time(told.get("started"))
    running = (
        f", running since {since.astimezone(zone):%Y-%m-%d %H:%M} ({_span((now - since).total_seconds())})"
        if since
        else ""
    )
    yield StatusLine("equerry", f"{told['version']}{running}, process {told['pid']}")


def _jobs(running: int, queued: int) -> StatusLine:
    words = [_count(running, "runs", "run")] * bool(running) + [_count(queued, "waits", "wait")] * bool(queued)
    return StatusLine("jobs", ", ".join(words) or "none")


def _call(told: Fields | None) -> Iterator[StatusLine]:
    if told:
        late = f", {told['late']} of them late" if told.get("late") else ""
        yield StatusLine("call", f"with {told['with']}: {_count(told.get('segments', 0), 'segment', 'segments')}{late}")


def _appliance(told: Fields | None, *, unread: bool) -> Iterator[StatusLine]:
    """`unread`: the switch can't be read."""
    if told is None:
        return
    if told["microphone_fault"]:
        yield StatusLine("microphone", told["microphone_fault"], "amiss")
    elif told["switched_off"] and unread:
        yield StatusLine(
            "microphone",
            "closed, for the mute switch can't be read; without one: equerry config set button.mute_pin 0",
            "look",
        )
    elif told["switched_off"]:
        yield StatusLine("microphone", "off, by the switch on the device; only that turns it on again", "look")
    elif told["muted"]:
        yield StatusLine("microphone", "muted; press the talk button to open it", "look")
    else:
        yield StatusLine("microphone", "open")
    if told.get("button_stuck"):
        yield StatusLine("button", "stuck: it counts as up until it comes up; check whether something jams it", "amiss")
    if told["phase"] != "fault":  # that is told already
        yield StatusLine("phase", told["phase"] + (f", {told['ringing']}" if told["ringing"] else ""))


def _session(told: Fields | None, zone: tzinfo) -> Iterator[StatusLine]:
    if told is None or not told["turns"]:
        return
    began, quality = _time(told["began"]), quality_of(told["quality"]) if told["quality"] else None
    words = (
        f"{'open since' if told['state'] == 'open' else 'last at'} {began.astimezone(zone):%H:%M}"
        if began
        else told["state"]
    )
    parts = (words, _count(told["turns"], "turn", "turns"), heard(quality), advice := hint(quality) if quality else "")
    yield StatusLine("session", ", ".join(filter(None, parts)), "look" if advice else "well")


def _home(told: Fields | None, now: datetime) -> Iterator[StatusLine]:
    if told is None:
        return
    since = _time(told["since"])
    how_long = f" for {_span((now - since).total_seconds())}" if since else ""
    if told["connected"]:
        things = _count(told["entities"], "thing", "things")
        state: State = "well" if told["entities"] else "look"
        yield StatusLine("house", f"Home Assistant {told['version']}{how_long}, {things}", state)
    elif since is None:
        yield StatusLine("house", "Home Assistant was not tried yet", "look")
    else:
        yield StatusLine("house", f"away{how_long}: {told['reason']}", "amiss")


def _broker(told: Fields | None, now: datetime) -> Iterator[StatusLine]:
    if told is None:
        return
    since = _time(told["since"])
    how_long = f" for {_span((now - since).total_seconds())}" if since else ""
    if told["connected"]:
        yield StatusLine("broker", f"connected{how_long}, MQTT {told['version']}")
    elif since is None:
        yield StatusLine("broker", "not tried yet", "look")
    else:
        yield StatusLine("broker", f"away{how_long}: {told['reason']}", "amiss")


def _sync(told: Fields | None, *, connected: bool) -> Iterator[StatusLine]:
    if told is None:
        return
    backlog, quarantined, refused = (int(told.get(name) or 0) for name in ("backlog", "quarantined", "refused"))
    if quarantined:
        words = (
            f"{_count(quarantined, 'document', 'documents')} of a device whose clock is ahead: not taken in until it is"
            " right"
        )
        yield StatusLine("clocks", words, "look")
    if refused:
        last = f"; the last: {told['reason']}" if told.get("reason") else ""
        yield StatusLine(
            "refused", f"{_count(refused, 'document', 'documents')} of others that are no valid ones{last}", "look"
        )
    if told.get("fault"):
        yield StatusLine("store", f"takes in nothing of others: {told['fault']}", "amiss")
    if not told.get("whole", True):
        yield StatusLine(
            "dropped", "the broker keeps more than it brings: raise its max_queued_messages (docs/broker.md)", "look"
        )
    waits = (
        f"{_count(backlog, 'change waits', 'changes wait')} for the broker"
        if backlog
        else "nothing waits for the broker"
    )
    if told.get("filled", True):
        yield StatusLine("in step", waits)
    elif connected:
        yield StatusLine("in step", f"{waits}; what the others have is still coming in")
    else:
        yield StatusLine("in step", f"{waits}; what the others have comes once it is there", "look")


def _site(told: Fields | None, version: str) -> Iterator[StatusLine]:
    if told is None:
        return
    names = told["others"]
    shown = ", ".join(names[:_MOST_SHOWN]) + (
        f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    )
    yield StatusLine(
        "site", f"{_count(len(names), 'other device', 'other devices')} within reach{': ' if names else ''}{shown}"
    )
    if (newest := told["newest_version"]) and newest != version:
        yield StatusLine("update", f"{newest} runs on another device of the site", "look")


def _satellites(told: Fields | None, now: datetime) -> Iterator[StatusLine]:
    for name, one in (told or {}).items():
        what, since = f"satellite {name}", _time(one["since"])
        how_long = f" for {_span((now - since).total_seconds())}" if since else ""
        where = f", {one['room']}" if one["room"] else ""
        if one["connected"]:
            yield StatusLine(what, f"connected{how_long}{where}")
        elif since is None:
            yield StatusLine(what, "not tried yet", "look")
        else:
            yield StatusLine(what, f"away{how_long}: {one['reason']}", "amiss")


def _settings(told: Fields | None, zone: tzinfo) -> Iterator[StatusLine]:
    if told is None:
        return
    for what in ("settings", "roles"):
        refused, since = told.get(f"{what}_refused"), _time(told.get(f"{what}_refused_at"))
        if refused:
            at = f" at {since.astimezone(zone):%H:%M}" if since else ""
            yield StatusLine(what, f"refused{at}, those before stay in force: {'; '.join(refused)}", "amiss")
    if since := _time(told.get("factory_since")):
        words = (
            f"those it was made with, since {since.astimezone(zone):%Y-%m-%d %H:%M}; equerry config rollback brings"
            " yours back"
        )
        yield StatusLine("settings", words, "look")
    if told["waiting"]:
        how = (
            "the appliance starts anew for it as soon as nothing goes on"
            if told["restarts"]
            else "start the appliance anew for it"
        )
        yield StatusLine("settings", f"{', '.join(told['waiting'])}: {how}", "look")
    if (since := _time(told["since"])) and not told["settings_refused"]:
        yield StatusLine("settings", f"in force since {since.astimezone(zone):%Y-%m-%d %H:%M}")


def _setup(told: Fields | None) -> Iterator[StatusLine]:
    if told and not told.get("done", True):
        yield StatusLine("setup", words_of_setup(told), "look")


def _engine(told: Fields | None) -> Iterator[StatusLine]:
    if told:
        yield StatusLine("language model", told["words"], "look" if told["state"] == "compiling" else "amiss")


def _machine(told: Fields) -> Iterator[StatusLine]:
    celsius = told.get("temperature_celsius")
    if celsius is not None:
        yield StatusLine("temperature", f"{celsius:.0f} °C", "look" if celsius >= WARM else "well")
    if told.get("under_voltage"):
        yield StatusLine("supply", "gives too little; use the board's own power supply", "amiss")
    elif told.get("throttled"):
        yield StatusLine("processor", "slowed down, for want of power or because it is hot", "look")
    for what, name, state in (("disk", "disk", "amiss"), ("memory", "memory", "look")):
        free, total = told.get(f"{name}_free_bytes"), told.get(f"{name}_total_bytes")
        if free is not None and total:
            low: State = state if free < _FULL * total else "well"  # type: ignore[assignment] # a row above
            yield StatusLine(what, f"{size(free)} of {size(total)} free", low)


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _span(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return (
                f"{seconds / size:.0f} {unit}"
                if seconds >= 10 * size or unit == "min"
                else f"{seconds / size:.1f} {unit}"
            )
    return f"{max(0.0, seconds):.0f} s"


def size(count: float) -> str:
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def _time(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
