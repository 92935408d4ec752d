"""The link with the broker, as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from device.configuration.secrets import secret_if_any
from device.configuration.settings import Settings
from firmware.errors import ExpectedError
from services.sync.base import Link, MqttMessage
from services.sync.topics import Topics, level

if TYPE_CHECKING:
    from services.sync.broker.link import MqttLink


class NoTopic(ExpectedError):
    """This device has no name that can stand in a topic. Give it one in [mqtt] topic, such as "desk"."""

    code = "mqtt.topic"


def topics_of(settings: Settings) -> Topics:
    """Those of this device. Raises NoTopic."""
    own = settings.mqtt.topic or level(settings.device.name)
    if not own:
        raise NoTopic
    return Topics(own, site=settings.mqtt.site, prefix=settings.mqtt.prefix)


def build_trial_link(settings: Settings) -> Link:
    """A passing connection under another name, beside the appliance's. Raises NoTopic, SecretOpen, SecretUnreadable."""
    return build_link(settings, topics_of(settings), passing="trial")


class NoBroker(ExpectedError):
    """The settings of this machine name no broker. Set it: equerry config set mqtt.host NAME."""

    code = "mqtt.none"


def build_fleet_link(settings: Settings) -> Link:
    """A passing connection that only hears. Raises NoBroker, NoTopic, SecretOpen, SecretUnreadable."""
    if not settings.mqtt.host:
        raise NoBroker
    return build_link(settings, topics_of(settings), passing="fleet")


def build_link(settings: Settings, topics: Topics, *, passing: str = "") -> MqttLink:
    """The connection; nothing is opened before it is turned. `passing`: what it is for, where it is another one beside
    the appliance's and tells nobody that it is there. Raises SecretOpen, SecretUnreadable."""
    from services.sync.broker.link import MqttLink
    from services.sync.broker.wire import Tls

    wanted = settings.mqtt
    username = wanted.username or (secret_if_any("mqtt-username") or SecretStr("")).get_secret_value()
    ca, certificate, key = (Path(each) if each else None for each in (wanted.ca, wanted.certificate, wanted.key))
    there, gone = (
        MqttMessage(topics.own("availability"), said, qos=1, retain=True) for said in (b"online", b"offline")
    )
    return MqttLink(
        wanted.host,
        wanted.port or (8883 if wanted.tls else 1883),
        client_id=f"{topics.prefix}-{topics.device}{passing and f'-{passing}'}",
        version=wanted.version,
        username=username,
        password=secret_if_any("mqtt-password"),
        tls=Tls(ca, certificate, key) if wanted.tls else None,
        keep_alive_s=wanted.keep_alive_s,
        will=None if passing else gone,
        birth=None if passing else there,
        lasting=not passing,
    )
