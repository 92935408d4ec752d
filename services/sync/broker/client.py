"""Paho, as a connection uses it: over a wire that is there already, and no thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.exception import MalformedPacket
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from pydantic import SecretStr

from services.sync.base import MqttMessage
from services.sync.broker.reasons import OVER_QUOTA, TOO_LARGE
from services.sync.broker.wire import Wire

Version = Literal["5", "3.1.1"]

MOST_BYTES = 262_144
"""Of the payload of a message, both ways."""
MOST_OF_PACKET = MOST_BYTES + 1024
"""With its topic and what a reply needs."""
WINDOW = 100
"""Messages of QoS 1 under way, both ways."""
_SESSION_S = 7 * 86_400
_OVERHEAD = 64
"""Bytes around topic and payload, at most, but for what a reply needs."""


@dataclass(frozen=True, slots=True)
class Login:
    """How a device appears to its broker."""

    host: str
    port: int
    client_id: str
    username: str
    password: SecretStr | None
    keep_alive_s: int
    will: MqttMessage | None
    lasting: bool = True
    """The broker is to keep what comes while we are away."""


class Paho(paho.Client):
    """Over a wire that is there already."""

    def __init__(self, wire: Wire, login: Login, version: Version) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=login.client_id,
            clean_session=None if version == "5" else not login.lasting,
            protocol=paho.MQTTv5 if version == "5" else paho.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._wire = wire
        self.on_unreadable: Callable[[int], None] = lambda _: None
        """A message came that can't be read; its id, to acknowledge it, 0 with QoS 0."""

    def _create_socket(self) -> Wire:
        return self._wire

    def _handle_publish(self) -> MQTTErrorCode:
        """Whoever may publish can have the broker bring what paho finds malformed: U+FEFF in a property. Paho would end
        the connection for it, and get it again with the next one, for ever.

        And who tells us something is there: the answer to a ping stands behind it, however long we take to read that
        far.
        """
        self._ping_t = 0.0
        try:
            return super()._handle_publish()
        except (MalformedPacket, UnicodeDecodeError):
            packet = self._in_packet["packet"]
            after_topic = 2 + int.from_bytes(packet[:2])
            has_id = self._in_packet["command"] & 0b110
            self.on_unreadable(int.from_bytes(packet[after_topic : after_topic + 2]) if has_id else 0)
            return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _handle_pubackcomp(self, cmd: Literal["PUBACK", "PUBCOMP"]) -> MQTTErrorCode:
        """Mosquitto says "packet too large" here, where the standard has no such code, and paho would end the
        connection for it.
        """
        packet = self._in_packet["packet"]
        if packet[2:3] == bytes([TOO_LARGE]):
            packet[2] = OVER_QUOTA
        return super()._handle_pubackcomp(cmd)


def client_of(wire: Wire, login: Login, version: Version) -> Paho:
    """One that has not said anything yet."""
    client = Paho(wire, login, version)
    client.max_inflight_messages = 0  # we keep the window ourselves: paho does not know the broker's
    if login.username:
        client.username_pw_set(login.username, login.password.get_secret_value() if login.password else None)
    if login.will:
        client.will_set(login.will.topic, login.will.payload, login.will.qos, login.will.retain)
    return client


def greet(client: Paho, login: Login) -> None:
    """CONNECT: we want the session that the broker has of us, and keep it for a week, unless it is not to last."""
    if client.protocol != paho.MQTTv5:
        client.connect(login.host, login.port, login.keep_alive_s)
        return
    properties: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = _SESSION_S if login.lasting else 0
    properties.ReceiveMaximum = WINDOW
    properties.MaximumPacketSize = MOST_OF_PACKET
    client.connect(login.host, login.port, login.keep_alive_s, clean_start=not login.lasting, properties=properties)


def message_of(came: paho.MQTTMessage) -> MqttMessage:
    """What has arrived."""
    properties = came.properties
    return MqttMessage(
        came.topic,
        bytes(came.payload),
        1 if came.qos else 0,
        came.retain,
        getattr(properties, "MessageExpiryInterval", None),
        getattr(properties, "ResponseTopic", ""),
        getattr(properties, "CorrelationData", b""),
    )


def properties_of(message: MqttMessage) -> Properties | None:
    """What MQTT 5 adds to a message, if anything."""
    if message.expires_s is None and not message.response_topic and not message.correlation:
        return None
    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    if message.expires_s is not None:
        properties.MessageExpiryInterval = message.expires_s
    if message.response_topic:
        properties.ResponseTopic = message.response_topic
    if message.correlation:
        properties.CorrelationData = message.correlation
    return properties  # type: ignore[no-any-return]


def size_of(message: MqttMessage) -> int:
    """Of its packet, in bytes, at most."""
    return (
        len(message.topic.encode())
        + len(message.payload)
        + len(message.response_topic.encode())
        + len(message.correlation)
        + _OVERHEAD
    )
