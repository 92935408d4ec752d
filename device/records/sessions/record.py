"""One session as it is kept: from the wake word or the button until the ear closed. Values, and their JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any, Literal, get_args

from services.speech.base import Quality

KIND = "session"
"""Of the journal's entries."""

State = Literal[
    "open", "words", "silence", "passed", "button", "mute", "elsewhere", "typed", "fault", "time", "stopped", "over"
]
"""It goes on; or what closed the ear: thanks or a stop; nobody spoke; what was said was not meant for us, or too much
was told into it; the button, or a stop from afar; mute; another device answered; a command was typed; the microphone; a
deadline; the appliance ended; nothing, for it does not open by itself.
"""

_STATES: tuple[str, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """Something that was said."""

    who: Literal["you", "equerry"]
    text: str
    at: float
    """When it began, seconds after the session did."""
    until: float | None = None
    """When it ended; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Sound:
    """How one turn sounded."""

    at: float
    """When its speech ended, seconds after the session began."""
    quality: Quality


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session."""

    id: str
    """When it began, in UTC: 20261123-083005."""
    began: datetime
    ended: datetime
    """Or when something last happened in it."""
    state: State = "open"
    turns: int = 0
    """In which somebody spoke."""
    commands: int = 0
    done: int = 0
    """Steps that were carried out,"""
    failed: int = 0
    """and that were not."""
    unclear: int = 0
    """Turns that were not understood."""
    passed: int = 0
    """Turns that were not meant for us; nothing of them is kept but that they were."""
    barge_ins: int = 0
    """How often the appliance was interrupted."""
    jobs: int = 0
    """Commands that went on beside the talk."""
    sounds: tuple[Sound, ...] = ()
    lines: tuple[SpokenLine, ...] = ()
    """What was said; none where words are not kept."""

    @property
    def lasted(self) -> float:
        """Seconds."""
        return (self.ended - self.began) / timedelta(seconds=1)

    @property
    def quality(self) -> Quality | None:
        """Of all turns: levels on average, of clipping the worst; None without any."""
        heard = [each.quality for each in self.sounds]
        if not heard:
            return None
        levels = [each.level for each in heard if each.level is not None]
        floors = [each.floor for each in heard if each.floor is not None]
        return Quality(
            fmean(levels) if levels else None,
            fmean(floors) if floors else None,
            max(each.clipped for each in heard),
            sum(each.dropouts for each in heard),
        )


def fields_of(record: SessionRecord) -> dict[str, Any]:
    """For the journal, and for programs; times in seconds after `began`."""
    told = asdict(record)
    told |= {"began": record.began.isoformat(), "ended": record.ended.isoformat()}
    told["sounds"] = [{"at": round(each.at, 2), **quality_fields(each.quality)} for each in record.sounds]
    told["lines"] = [
        {**line, "at": round(line["at"], 2), "until": line["until"] and round(line["until"], 2)}
        for line in told["lines"]
    ]
    return told


def quality_fields(quality: Quality) -> dict[str, Any]:
    """For programs: dBFS, dB, share, count."""
    level, floor, snr = (
        None if each is None else round(each, 1) for each in (quality.level, quality.floor, quality.snr)
    )
    return {
        "level": level,
        "floor": floor,
        "snr": snr,
        "clipped": round(quality.clipped, 5),
        "dropouts": quality.dropouts,
    }


def record_of(kept: Mapping[str, Any]) -> SessionRecord:
    """What was kept; what a newer program wrote besides is left out."""
    known = {each.name for each in fields(SessionRecord)}
    told = {name: value for name, value in kept.items() if name in known}
    told |= {name: datetime.fromisoformat(told[name]) for name in ("began", "ended")}
    told["state"] = told["state"] if told.get("state") in _STATES else "over"
    told["sounds"] = tuple(Sound(each["at"], quality_of(each)) for each in told.get("sounds", ()))
    told["lines"] = tuple(
        SpokenLine(each["who"], each["text"], each["at"], each.get("until")) for each in told.get("lines", ())
    )
    return SessionRecord(**told)


def quality_of(kept: Mapping[str, Any]) -> Quality:
    """What `quality_fields` made of it."""
    return Quality(kept["level"], kept["floor"], kept["clipped"], kept["dropouts"])
