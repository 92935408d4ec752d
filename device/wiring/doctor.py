"""What the doctor looks at, on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from device.clock import Linux
from device.configuration.load import load_usable
from device.configuration.places import placed
from device.configuration.roles import problems as problems_of_roles
from device.configuration.secrets import FOLDERS
from device.configuration.settings import Settings
from device.doctor.sources import Sources, run, this_host
from device.wiring.basis import clock_of, unusable
from device.wiring.body import build_microphone, build_speaker
from device.wiring.outside.home import try_home
from device.wiring.outside.link import build_trial_link
from firmware.readings import Readings

_PATIENCE_S = 8.0


def build_sources(environ: Mapping[str, str], *, thorough: bool = False, loud: bool = False) -> Sources:
    """Settings that can't be used are a finding, no failure."""
    settings, problems = load_usable(environ)
    return Sources(
        settings=settings,
        problems=[*problems, *problems_of_roles()],
        environ=environ,
        now=clock_of(settings),
        run=run,
        readings=Readings(),
        keeper=Linux(),
        host=this_host(),
        unusable=lambda: list(unusable(settings)),
        status=partial(_status, settings),
        microphone=partial(build_microphone, settings),
        speaker=partial(build_speaker, settings),
        names=_names,
        right_channel=partial(_right_channel, settings),
        link=partial(build_trial_link, settings),
        house=partial(try_home, settings),
        secrets=[placed(folder) for folder in FOLDERS],
        thorough=thorough,
        loud=loud,
    )


def _status(settings: Settings) -> Mapping[str, Any] | None:
    """Raises NoAnswer, Declined; PermissionError where somebody else's may not be asked."""
    from device.control.client import NAME, NotRunning, accepted, request

    data = settings.paths.data
    try:
        return accepted(request(data, {"request": "status"}, patience=_PATIENCE_S))
    except NotRunning:
        if data.is_dir():
            with suppress(FileNotFoundError):
                (data / NAME).stat()  # where nobody may look, nobody can tell
        return None


def _names(direction: str) -> Sequence[str]:
    from firmware.sound import portaudio

    return portaudio.names("input" if direction == "input" else "output")


def _right_channel(settings: Settings) -> bool | None:
    from firmware.sound import portaudio
    from firmware.sound.sides import SIDES

    portaudio.enter()
    try:
        device = portaudio.find("input", settings.microphone.name or None)
    finally:
        portaudio.leave()
    return None if device is None else device.channels >= SIDES
