"""Which pattern the lights show in which phase. They follow the phase and nothing else."""

from __future__ import annotations

from device.machine import Phase
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
