"""What lights and button share about the pins."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from gpiozero import BadPinFactory, Device, GPIOZeroError, PinFactoryFallback, SPISoftwareFallback

from firmware.base import PinsMissing


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


def library_errors() -> tuple[type[Exception], ...]:
    """lgpio raises its own class, derived from Exception alone; it is loaded only where gpiozero chose it."""
    library = sys.modules.get("lgpio")
    error = getattr(library, "error", None)
    return (error,) if isinstance(error, type) and issubclass(error, Exception) else ()
