"""What this device is to others for good, such as to Home Assistant.

The store's own name in stamps does not do: one that was restored or mended gets a new name, and Home Assistant would
show a second device.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

_NAME = "device.id"
_FORM = re.compile(r"[A-Za-z0-9_-]{1,64}")


def identity(folder: Path, first: str) -> str:
    """That in the folder of the store; where there is none yet, or none that can be read, it is `first` from now on."""
    path = folder / _NAME
    with contextlib.suppress(OSError, UnicodeDecodeError):
        if _FORM.fullmatch(known := path.read_text(encoding="utf-8").strip()):
            return known
    with contextlib.suppress(OSError):  # a full disk: it is tried again at the next start
        path.write_text(f"{first}\n", encoding="utf-8")
    return first
