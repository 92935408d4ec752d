"""Puts the appliance together: the one place where settings are read and real engines are named.

Each part says what it needs; `appliance` wires them to one inbox. Start order is from top to bottom there; ending is
the other way round.
"""

from __future__ import annotations

from device.wiring.appliance import build_daemon
from device.wiring.background import build_arrivals, build_beside, build_mirroring, build_upkeep
from device.wiring.basis import calendar_zone, clock_of, find_time, zone_of
from device.wiring.body import (
    Hardware,
    array_of,
    build_buttons,
    build_microphone,
    build_speaker,
    build_switch,
    build_voice,
    loading,
    mute_marker,
    open_microphone,
)
from device.wiring.commands import (
    build_jobs,
    build_language_model,
    build_parser,
    build_recorder,
    build_responder,
    build_routines,
    targets_of,
)
from device.wiring.ear import Engines, Inline, build_ear, build_endpoint, load_engines, load_vad, load_wake
from device.wiring.lights import boarded, lit
from device.wiring.mind import build_calendar, build_clock
from device.wiring.process import Process, stop_on_signals
from device.wiring.store import backup_folders, build_audit, build_policy, open_files, open_store, own_store, taught_of

__all__ = [
    "Engines",
    "Hardware",
    "Inline",
    "Process",
    "array_of",
    "backup_folders",
    "boarded",
    "build_arrivals",
    "build_audit",
    "build_beside",
    "build_buttons",
    "build_calendar",
    "build_clock",
    "build_daemon",
    "build_ear",
    "build_endpoint",
    "build_jobs",
    "build_language_model",
    "build_microphone",
    "build_mirroring",
    "build_parser",
    "build_policy",
    "build_recorder",
    "build_responder",
    "build_routines",
    "build_speaker",
    "build_switch",
    "build_upkeep",
    "build_voice",
    "calendar_zone",
    "clock_of",
    "find_time",
    "lit",
    "load_engines",
    "load_vad",
    "load_wake",
    "loading",
    "mute_marker",
    "open_files",
    "open_microphone",
    "open_store",
    "own_store",
    "stop_on_signals",
    "targets_of",
    "taught_of",
    "zone_of",
]
