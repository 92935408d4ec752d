"""What is told of sessions: a row, a page, a text, subtitles, and advice on how it sounded. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo

from device.control.wire import plain
from device.records.sessions.record import SessionRecord, SpokenLine, State
from services.speech.base import Quality

CLOSED: Mapping[State, str] = {
    "open": "goes on",
    "words": "you closed it",
    "silence": "nobody spoke",
    "passed": "nothing was meant for it",
    "button": "button",
    "mute": "mute",
    "elsewhere": "another device answered",
    "typed": "a command was typed",
    "fault": "the microphone failed",
    "time": "it took too long",
    "stopped": "the appliance ended",
    "over": "answered",
}
CLIPPED = 0.001
"""Share of the samples at full scale from which it is heard: a thousandth is a few peaks in every word."""
FAINT = -45.0
"""dBFS below which the recogniser has little to go by: 16 bits of a microphone far too low."""
NOISY = 10.0
"""dB over the room below which words drown (speech in noise is understood down to 0 dB by people, not by small models).
"""
_READ = 2.5
"""Seconds that a subtitle stays where it is not known how long it took to say."""


def hint(quality: Quality) -> str:
    """What could be done about it, the worst first; empty where nothing need be."""
    if quality.clipped >= CLIPPED:
        return "clipping: lower the gain"
    if quality.dropouts:
        return (
            f"{quality.dropouts} gap{'s' if quality.dropouts > 1 else ''} in the sound: the processor is too busy, or"
            " the cable loose"
        )
    if quality.level is not None and quality.level < FAINT:
        return "faint: raise the gain, or come closer"
    if quality.snr is not None and quality.snr < NOISY:
        return "noisy: come closer, or move it away from what is loud"
    return ""


def heard(quality: Quality | None) -> str:
    """In figures: -24 dBFS, 31 dB over the room."""
    if quality is None or quality.level is None:
        return ""
    over = f", {quality.snr:.0f} dB over the room" if quality.snr is not None else ""
    clipped = f", {quality.clipped:.1%} clipped" if quality.clipped >= CLIPPED else ""
    return f"{quality.level:.0f} dBFS{over}{clipped}"


def cells(record: SessionRecord, zone: tzinfo) -> dict[str, str]:
    """A row, by the headings of its columns."""
    quality = record.quality
    return {
        "session": record.id,
        "when": f"{record.began.astimezone(zone):%Y-%m-%d %H:%M}",
        "lasted": f"{record.lasted:.0f} s",
        "turns": str(record.turns),
        "commands": str(record.commands),
        "closed by": CLOSED[record.state],
        "sound": (hint(quality) or heard(quality)) if quality else "",
    }


def page(record: SessionRecord, zone: tzinfo) -> Iterator[str]:
    """All of one, a line each."""
    yield f"Session {record.id}"
    yield f"{record.began.astimezone(zone):%Y-%m-%d %H:%M:%S}, {record.lasted:.0f} s, closed by: {CLOSED[record.state]}"
    counts = {
        "turns": record.turns,
        "commands": record.commands,
        "steps done": record.done,
        "failed": record.failed,
        "not understood": record.unclear,
        "not meant for it": record.passed,
        "interrupted": record.barge_ins,
        "went on beside": record.jobs,
    }
    yield ", ".join(f"{name} {count}" for name, count in counts.items() if count or name in ("turns", "commands"))
    for number, sound in enumerate(record.sounds, 1):
        advice = hint(sound.quality)
        yield f"sound of turn {number}: {heard(sound.quality) or 'no voice'}{f' ({advice})' if advice else ''}"
    yield ""
    yield from text(record, zone)


def text(record: SessionRecord, zone: tzinfo) -> Iterator[str]:
    """What was said, with times."""
    if not record.lines:
        yield "What was said is not kept."
    for line in record.lines:
        at = (record.began + timedelta(seconds=line.at)).astimezone(zone)
        yield f"{at:%H:%M:%S}  {line.who:<8} {plain(line.text)}"


def subtitles(record: SessionRecord) -> Iterator[str]:
    """SubRip: a number, from and to, the words, an empty line. 0 is the session's beginning."""
    for number, (line, until) in enumerate(zip(record.lines, _ends(record.lines), strict=True), 1):
        yield f"{number}"
        yield f"{_stamp(line.at)} --> {_stamp(until)}"
        yield f"{line.who}: {plain(line.text)}"
        yield ""


def _ends(lines: Sequence[SpokenLine]) -> Iterator[float]:
    """When each goes: when it was said, but not before one can read it, and at the latest when the next one comes."""
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        until = line.at + _READ if line.until is None else max(line.until, line.at + 1.0)
        yield until if following is None or following.at <= line.at else min(until, following.at)


def _stamp(seconds: float) -> str:
    millis = round(seconds * 1000)
    return f"{millis // 3_600_000:02}:{millis // 60_000 % 60:02}:{millis // 1000 % 60:02},{millis % 1000:03}"
