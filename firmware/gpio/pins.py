"""What lights and button share about the pins."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from gpiozero import BadPinFactory, Device, GPIOZeroError, PinFactoryFallback, SPISoftwareFallback

from firmware.base import PinsMissing

log = logging.getLogger(__name__)

_TRIES, _PAUSE_S = 40, 0.05


@contextmanager
def claiming() -> Iterator[None]:
    """Around the making of gpiozero devices: whatever the pins refuse becomes PinsMissing. gpiozero tries one pin
    library after the other and warns about each failure; the last is enough for the owner.
    """
    # lgpio leaves a named pipe in the working directory otherwise, which may well be read-only.
    os.environ.setdefault("LG_WD", tempfile.gettempdir())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PinFactoryFallback)
            warnings.simplefilter("error", SPISoftwareFallback)
            Device.ensure_pin_factory()
            yield
    except SPISoftwareFallback as problem:
        raise PinsMissing(reason=f"SPI is not switched on; raspi-config does that: {problem}") from problem
    except BadPinFactory as problem:
        raise PinsMissing(reason="this machine has no pins, or the user may not use them") from problem
    except (GPIOZeroError, OSError, *library_errors()) as problem:
        raise PinsMissing(reason=str(problem) or type(problem).__name__) from problem


def let_go(close: Callable[[], None]) -> None:
    """Close a gpiozero device whose edges are watched. lgpio then claims its line anew, which the kernel refuses as
    busy while lgpio's own thread still waits for edges of several lines: for a few milliseconds, so it is tried again.
    """
    for _ in range(_TRIES):
        try:
            close()
        except library_errors():
            time.sleep(_PAUSE_S)
        else:
            return
    log.warning("A pin was not let go by lgpio; the kernel does that when this process ends")


def library_errors() -> tuple[type[Exception], ...]:
    """lgpio raises its own class, derived from Exception alone; it is loaded only where gpiozero chose it."""
    library = sys.modules.get("lgpio")
    error = getattr(library, "error", None)
    return (error,) if isinstance(error, type) and issubclass(error, Exception) else ()
