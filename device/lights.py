"""Which pattern the lights show in which phase. They follow the phase, and where that shows nothing, what else one should know."""

from __future__ import annotations

from device.session import Phase, Session
from firmware.base import Pattern

PATTERNS: dict[Phase, Pattern] = {
    "starting": Pattern("starting", (0.6, 0.6, 0.6), "pulse", 2.0),
    "idle": Pattern("idle", (0.0, 0.0, 0.0), "off"),
    "listening": Pattern("listening", (0.0, 0.4, 1.0), "steady"),
    "thinking": Pattern("thinking", (0.0, 0.4, 1.0), "pulse", 0.6),
    "acting": Pattern("acting", (0.8, 0.5, 0.0), "pulse", 0.6),
    "speaking": Pattern("speaking", (0.0, 0.8, 0.3), "steady"),
    "asking": Pattern("asking", (0.0, 0.4, 1.0), "blink", 1.0),
    "ringing": Pattern("ringing", (1.0, 0.8, 0.0), "blink", 0.5),
    "muted": Pattern("muted", (1.0, 0.0, 0.0), "steady"),
    "fault": Pattern("fault", (1.0, 0.0, 0.0), "blink", 0.25),
}

BROKER_AWAY = Pattern("broker away", (0.8, 0.3, 0.0), "blip", 8.0)
"""Seldom and short, so that nobody takes it for anything else, whatever colours one sees."""


def pattern_of(session: Session) -> Pattern:
    """What the lights show now. Pure."""
    return BROKER_AWAY if session.phase == "idle" and session.broker == "away" else PATTERNS[session.phase]
