"""Draws charts in a child process (draw.py), because matplotlib is large."""

from __future__ import annotations

import base64
import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from services.actions.pages.document import Report

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds; on a slow card the first run takes many, while fonts are gathered."""
COMMAND = (sys.executable, "-m", "services.actions.pages.draw")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of a report."""

    svgs: tuple[str, ...]
    """An svg element for each of `Report.charts`, to stand inside a page."""
    png: bytes
    """All under each other, 1170 pixels wide, with the title and the sentences."""


def drawn(report: Report, made: str, *, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> Drawn | None:
    """What a report's charts look like; None where it has none, or no picture could be made (too little memory or
    time).

    Takes a second or more. A bug in drawing is raised as subprocess.CalledProcessError.
    """
    if not report.charts:
        return None
    asked = {
        "title": report.title,
        "made": made,
        "told": " ".join(report.told),
        "charts": [asdict(chart) for chart in report.charts],
    }
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(
            command, input=json.dumps(asked).encode(), capture_output=True, timeout=patience, env=environ, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        log.warning("no picture of %s: %s", report.title, error)
        return None
    if done.returncode < 0:
        log.warning("no picture of %s: drawing was ended by signal %d", report.title, -done.returncode)
        return None
    if done.returncode:
        log.error("%s", done.stderr.decode(errors="replace"))
        done.check_returncode()
    answer = json.loads(done.stdout)
    return Drawn(tuple(answer["svgs"]), base64.b64decode(answer["png"]))
