"""What several parts are built from: the zone, the clock, the places of models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateutil import tz

from device.clock import zone_name
from device.configuration.house import house_of
from device.configuration.settings import Settings, SoundSection
from device.models.installed import installed
from device.speaking.volumes import Scale
from device.turn.session import Deadlines
from services.actions.base import Sound

if TYPE_CHECKING:
    from services.exchange.calendar_write import Zone


def zone_of(settings: Settings) -> ZoneInfo | tz.tzlocal:
    """The zone wall-clock times are meant in."""
    return ZoneInfo(settings.device.time_zone) if settings.device.time_zone else tz.tzlocal()


def calendar_zone(settings: Settings) -> Zone:
    """The same with the name that other programs know."""
    from services.exchange.calendar_write import Zone

    zone = zone_of(settings)
    return Zone(zone, zone_name(settings.device.time_zone) or "Local")


def find_time(settings: Settings) -> Callable[[str], tuple[datetime, bool] | None]:
    """When words mean ("next Friday"), and whether it is a whole day."""
    from services.actions.times import deadline
    from services.understanding.when import find

    now = clock_of(settings)()
    return lambda text: next((deadline(found, now) for found in find(text, now, house_of(settings))), None)


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """The wall clock, zone-aware."""
    zone = zone_of(settings)
    return lambda: datetime.now(zone)


def deadlines_of(settings: Settings) -> Deadlines:
    """How long each phase may last."""
    ending, open_s = settings.endpoint, settings.session.open_s
    return Deadlines(
        listening=max(ending.begin_s * 2, open_s) + ending.longest_s + 5,
        asking=ending.begin_s + ending.longest_s + 5,
        ringing=settings.ring.limit_s,
        open=open_s,
    )


def scales_of(settings: Settings) -> Mapping[Sound, Scale]:
    """How loud each kind of sound is, and may be turned."""
    wanted: Mapping[Sound, SoundSection] = {
        "speech": settings.speaker,
        "alarms": settings.ring,
        "earcons": settings.earcons,
    }
    return {sound: Scale(each.volume, each.floor, each.ceiling) for sound, each in wanted.items()}


def model_folder(settings: Settings, model: str) -> Path:
    """Where an installed model is. Raises ModelMissing, ModelCorrupt."""
    return installed(model, settings.paths.models)


def is_there(settings: Settings, model: str) -> bool:
    """Whether a model is there at all."""
    return (settings.paths.models / model).is_dir()
