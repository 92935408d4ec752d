"""The virtual sound card for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.virtual_sound import VirtualSoundCard


@pytest.fixture(scope="session")
def sound_card() -> Iterator[VirtualSoundCard]:
    """One card for all tests; each leaves it plugged in and unfrozen."""
    missing = [program for program in ("pulseaudio", "pactl", "pacat") if shutil.which(program) is None]
    assert not missing, (
        f"{', '.join(missing)} not installed; ./scripts/test installs the Debian packages pulseaudio and"
        " pulseaudio-utils"
    )
    card = VirtualSoundCard()
    try:
        card.start()
        yield card
    finally:
        card.close()
