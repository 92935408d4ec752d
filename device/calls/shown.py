"""The events of a call for a terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from device.calls.live.base import CallBegan, CallNotice, LiveEvent
from device.control.wire import plain
from device.messages.snapshot import CallMessage
from services.actions.wording import counted
from services.calls.base import (
    CallEnded,
    CallSummary,
    Commitment,
    FactFound,
    Meant,
    Promised,
    SegmentHeard,
    Triggered,
    Whispered,
)

_NAMES: dict[type[Any], str] = {
    CallBegan: "began",
    CallNotice: "notice",
    SegmentHeard: "segment",
    Meant: "meaning",
    Promised: "commitment",
    Triggered: "trigger",
    FactFound: "fact",
    Whispered: "whisper",
    CallEnded: "ended",
}


def fields_of(event: LiveEvent) -> dict[str, Any]:
    """An event as JSON has it: `event` says what it is."""
    told = asdict(event)
    if isinstance(event, SegmentHeard):
        told = {"at_s": event.at_s, **told.pop("segment")}
    return {"event": _NAMES[type(event)], **_plain(told)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 3)
    return value.isoformat() if hasattr(value, "isoformat") else value


def message_of(event: LiveEvent) -> CallMessage:
    """An event for whoever watches the appliance."""
    return CallMessage(_shown(fields_of(event)), plain(line_of(event)))


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shown(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return plain(value) if isinstance(value, str) else value


def line_of(event: LiveEvent) -> str:
    """One line for a terminal; empty for what only adds to a line before."""
    if isinstance(event, SegmentHeard):
        segment = event.segment
        mark = "▶" if segment.side == "owner" else " "
        return f"{_clock(segment.start_s)} {mark} {segment.speaker}: {segment.text}"
    words = _words_of(event)
    return f"{_clock(event.at_s)} {words}" if words else ""


def _words_of(event: LiveEvent) -> str:
    words = ""
    match event:
        case CallBegan(_, who):
            words = f"the call with {who} is followed"
        case CallNotice(_, told_so):
            words = f"! {told_so}"
        case CallEnded():
            words = "the call is over"
        case Meant(_, _, meaning, said):
            words = f"    · {meaning.replace('_', ' ')}: “{said}”"
        case Promised(_, _, commitment):
            words = f"    ✓ {told(commitment)}"
        case Whispered(_, whispered):
            words = f"    → whispers: {whispered}"
    return words


def told(commitment: Commitment) -> str:
    """Anna: send the quote, by Friday (task)."""
    when = f", {commitment.when}" if commitment.when else ""
    return f"{commitment.who}: {commitment.what}{when} ({commitment.kind})"


def page_of(summary: CallSummary) -> Iterator[str]:
    """What remains of a call, line by line."""
    measured = summary.measured
    yield f"{_clock(measured.elapsed_s)} on the call, {measured.silence_s:.0f} s of silence"
    for name, side in (("you", measured.owner), ("other side", measured.other)):
        yield (
            f"  {name}: {100 * side.share:.0f} % of the talk, {counted(side.questions, 'question')},"
            f" {counted(side.interruptions, 'interruption')}, {side.pace:.0f} words a minute,"
            f" longest without a break {side.longest_s:.0f} s"
        )
    parts = (
        ("Commitments", [told(each) for each in summary.commitments]),
        ("Questions left open", [f"{each.speaker}: {each.text}" for each in summary.open_questions]),
        ("Objections", [each.words for each in summary.objections]),
        ("Numbers and dates", [f"{figure}: {words}" for figure, words in summary.figures]),
    )
    for title, lines in parts:
        if lines:
            yield f"{title}:"
            yield from (f"  {line}" for line in lines)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:02d}:{int(seconds) % 60:02d}"
