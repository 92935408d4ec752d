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
    return build_link(settings, topics_of(settings), trial=True)


def build_link(settings: Settings, topics: Topics, *, trial: bool = False) -> MqttLink:
    """The connection; nothing is opened before it is turned. Raises SecretOpen, SecretUnreadable."""
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
        client_id=f"{topics.prefix}-{topics.device}{'-trial' if trial else ''}",
        version=wanted.version,
        username=username,
        password=secret_if_any("mqtt-password"),
        tls=Tls(ca, certificate, key) if wanted.tls else None,
        keep_alive_s=wanted.keep_alive_s,
        will=None if trial else gone,
        birth=None if trial else there,
        lasting=not trial,
    )
