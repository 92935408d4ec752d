"""The house, as the settings say: Home Assistant, or what announces itself at the broker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from device.configuration.secrets import secret
from device.configuration.settings import Settings
from device.control.facts import home_assistant
from device.turn.reactor import Beside
from firmware.errors import ExpectedError
from services.home.base import Controls
from services.home.status import HomeStatus

if TYPE_CHECKING:
    from services.home.announced.part import AnnouncedHouse
    from services.home.websocket.link import HomeLink

log = logging.getLogger(__name__)

SECRET = "home-assistant-token"  # noqa: S105 - the name of the secret, not the secret
_PATIENCE_S = 3.0
_LOOK_S = 0.02


@dataclass(frozen=True, slots=True)
class Household:
    """To be wired to the daemon. Without Home Assistant nothing is commanded."""

    controls: Controls | None = None
    beside: tuple[Beside, ...] = ()
    facts: Callable[[], Mapping[str, Any] | None] = lambda: None
    """The section of `equerry status`."""
    announced: AnnouncedHouse | None = None
    """What the broker has of it, to be joined with the others that use the link."""


def build_home(settings: Settings) -> Household:
    """What can't be used (a secret) is logged, shown and done without."""
    wanted = settings.home_assistant
    if not wanted.url:
        return build_announced(settings) if wanted.broker_lights and settings.mqtt.host else Household()
    try:
        link = build_home_link(settings)
    except ExpectedError as error:
        log.error("Home Assistant is not used. %s", error)
        status = HomeStatus(connected=False, since=time.time(), reason=str(error), code=error.code)
        return Household(facts=lambda: home_assistant(status))
    return Household(link, (link,), lambda: home_assistant(link.status))


def build_announced(settings: Settings) -> Household:
    """Lights and switches at the broker."""
    from services.home.announced.part import AnnouncedHouse

    wanted = settings.home_assistant
    house = AnnouncedHouse(prefix=wanted.prefix, own=settings.mqtt.prefix, limit_s=wanted.limit_s)
    return Household(house, announced=house)


def build_home_link(settings: Settings) -> HomeLink:
    """The connection; nothing is opened before it runs. Raises SecretMissing, SecretOpen, SecretUnreadable."""
    from services.home.websocket.link import HomeLink

    wanted = settings.home_assistant
    return HomeLink(wanted.url, secret(SECRET), limit_s=wanted.limit_s, talks=wanted.conversation)


def try_home(settings: Settings) -> HomeStatus:
    """One connection, closed again; what it exposes is counted, nothing commanded. Raises SecretMissing, SecretOpen,
    SecretUnreadable, NoHomeAssistant, TokenRefused, HomeSilent.
    """
    from services.home.websocket.connection import HomeConnection
    from services.home.websocket.registries import exposed

    wanted = settings.home_assistant
    with HomeConnection(wanted.url, secret(SECRET), limit_s=wanted.limit_s) as connection:
        listed = connection.wait("homeassistant/expose_entity/list")["exposed_entities"]
        return HomeStatus(True, time.time(), connection.version, entities=len(exposed(listed)))


@contextmanager
def passing_home(settings: Settings) -> Iterator[Controls | None]:
    """The house for one command, beside no appliance; as far as it answers at once."""
    house = build_home(settings)
    if house.controls is None or not house.beside:
        yield None
        return
    (link,) = house.beside
    thread = threading.Thread(target=link.run, name="home", daemon=True)
    thread.start()
    until = time.monotonic() + _PATIENCE_S
    while not house.controls.home and time.monotonic() < until:
        time.sleep(_LOOK_S)
    try:
        yield house.controls
    finally:
        link.stop()
        thread.join(_PATIENCE_S)
