"""One connection with a broker, from its CONNECT to its end; the next one is another. Paho speaks the protocol, we turn
it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from services.sync.base import (
    Acknowledged,
    Arrived,
    BrokerLost,
    BrokerRefused,
    BrokerUnreachable,
    BrokerUntrusted,
    Connected,
    Filters,
    LinkEvent,
    MessageTooLarge,
    MqttMessage,
    Rejected,
    SyncError,
)
from services.sync.broker.client import (
    MOST_BYTES,
    MOST_OF_PACKET,
    WINDOW,
    Login,
    Version,
    client_of,
    greet,
    message_of,
    properties_of,
    size_of,
)
from services.sync.broker.reasons import KEEP_ALIVE, UNSUPPORTED_VERSION, farewell, refusal, rejection
from services.sync.broker.wire import Wire, alert

_QOS0_WAITING = 1000
_BYTES_WAITING = 16_777_216
"""What a slow broker lets pile up here: newer events push out older ones, and of QoS 1 no more is taken."""


class Connection:
    """Called by one thread. What happens goes into `events`; once `end` is set it is of no use any more."""

    def __init__(self, wire: Wire, login: Login, version: Version, events: list[LinkEvent]) -> None:
        self._wire = wire
        self._login = login
        self._version: Version = version
        self._events = events
        self._events0: deque[MqttMessage] = deque(maxlen=_QOS0_WAITING)
        self._waiting: deque[tuple[int, MqttMessage]] = deque()
        self._bytes = 0
        self._tokens: dict[int, int] = {}
        self._window = WINDOW
        self._limit = MOST_OF_PACKET
        self._unacknowledged: list[int] = []
        self._asked: dict[int, list[str]] = {}
        self.connected = False
        self.end: SyncError | None = None
        self.too_new = False
        """Ended because the broker does not know MQTT 5."""
        self.unheard: list[tuple[str, str]] = []
        """Filters that the broker did not take, and why."""
        self._paho = client_of(wire, login, version)
        self._paho.on_connect = self._on_connect
        self._paho.on_disconnect = self._on_disconnect
        self._paho.on_message = self._on_message
        self._paho.on_unreadable = self._on_unreadable
        self._paho.on_publish = self._on_publish
        self._paho.on_subscribe = self._on_subscribe
        greet(self._paho, login)

    @property
    def wants_write(self) -> bool:
        """Whether the network has to take something before we can go on."""
        return self._paho.want_write()

    @property
    def hidden(self) -> bool:
        """Whether there is something to read that the selector can't see."""
        return self._wire.hidden

    def fileno(self) -> int:
        """For a selector; not after the end."""
        return self._wire.fileno()

    def acknowledge(self) -> None:
        """What came before now has been dealt with; until then a broker that keeps our session would bring it again."""
        for mid in self._unacknowledged:
            if self.end is None:
                self._paho.ack(mid, 1)
        self._unacknowledged.clear()

    def work(self) -> None:
        """Read, write, and keep alive, as far as it goes without waiting."""
        self._wire.fill()
        while self.end is None and self._wire.unread:
            self._paho.loop_read()
        self._send()
        if self.end is None:
            self._paho.loop_misc()

    def subscribe(self, filters: Filters) -> None:
        """Ask for them. What is to be retained says so also where it comes at once, so that it is told from what is for
        now alone; MQTT 3.1.1 tells it of what was kept before only.
        """
        wanted: Any = [
            (name, SubscribeOptions(qos=qos, retainAsPublished=True) if self._version == "5" else qos)
            for name, qos in filters
        ]
        _, mid = self._paho.subscribe(wanted)
        if mid is not None:
            self._asked[mid] = [name for name, _ in filters]

    def publish(self, message: MqttMessage, token: int) -> bool:
        """Send it, now or when the broker takes it; 0 for a token: nobody asks. False: not taken. Raises
        MessageTooLarge, and ValueError for a topic that is a filter.
        """
        if not message.topic or "+" in message.topic or "#" in message.topic:
            raise ValueError(f"{message.topic!r} is no topic to publish on")
        size = size_of(message)
        if size > self._limit:
            raise MessageTooLarge(topic=message.topic, size=size, host=self._login.host, limit=self._limit)
        if message.qos == 0:
            self._events0.append(message)
        elif self._bytes + size > _BYTES_WAITING:
            return False
        else:
            self._bytes += size
            self._waiting.append((token, message))
        self._send()
        return True

    def refuse(self, error: SyncError) -> None:
        """End it from our side, without a word."""
        if self.end is None:
            self.end = error
        self._wire.close()

    def disconnect(self) -> None:
        """Say that we are going."""
        self._paho.disconnect()

    def _send(self) -> None:
        if self._paho.want_write():
            self._paho.loop_write()
        while self.connected and self.end is None and not self._paho.want_write():
            if self._events0:
                self._hand_over(self._events0.popleft(), None)
            elif self._waiting and len(self._tokens) < self._window:
                token, message = self._waiting.popleft()
                self._bytes -= size_of(message)
                self._hand_over(message, token)
            else:
                return

    def _hand_over(self, message: MqttMessage, token: int | None) -> None:
        properties = properties_of(message) if self._version == "5" else None
        info = self._paho.publish(message.topic, message.payload, message.qos, message.retain, properties)
        if token is not None:
            self._tokens[info.mid] = token

    def _on_connect(
        self, _client: Any, _data: Any, flags: paho.ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        host = self._login.host
        if reason.is_failure:
            self.too_new = self._version == "5" and reason.value == UNSUPPORTED_VERSION
            self.end = refusal(reason.value, reason.getName(), host)
            return
        if getattr(properties, "MaximumQoS", 1) == 0 or getattr(properties, "RetainAvailable", 1) == 0:
            self.end = BrokerRefused(host=host, reason="it offers no QoS 1 or no retained messages, and we need both")
            return
        self._window = min(WINDOW, getattr(properties, "ReceiveMaximum", WINDOW))
        self._limit = min(MOST_OF_PACKET, getattr(properties, "MaximumPacketSize", MOST_OF_PACKET))
        self.connected = True
        self._events.append(Connected(flags.session_present, self._version))

    def _on_disconnect(
        self, _client: Any, _data: Any, flags: paho.DisconnectFlags, reason: ReasonCode, _properties: Any
    ) -> None:
        if self.end is None:
            self.end = self._why(reason, told=flags.is_disconnect_packet_from_server)

    def _why(self, reason: ReasonCode, *, told: bool) -> SyncError:
        host = self._login.host
        if told:
            return farewell(reason.value, reason.getName(), host, self._login.client_id)
        if words := alert(self._wire.error):
            return BrokerUntrusted(host=host, reason=f"it says of us: {words}")
        if reason.value == KEEP_ALIVE:
            return BrokerLost(host=host, reason="it does not answer any more")
        if reason.getName() == "Protocol error":
            return BrokerLost(host=host, reason="what it says is no MQTT")
        if not self.connected:
            return BrokerUnreachable(
                host=host, reason="it hangs up before it answers; with TLS where it wants none, or without?"
            )
        return BrokerLost(host=host, reason="the connection broke")

    def _on_message(self, _client: Any, _data: Any, came: paho.MQTTMessage) -> None:
        message = message_of(came)
        if came.qos:
            self._unacknowledged.append(came.mid)
        if len(message.payload) > MOST_BYTES:
            self.unheard.append((message.topic, f"a message of {len(message.payload)} bytes"))
        else:
            self._events.append(Arrived(message))

    def _on_unreadable(self, mid: int) -> None:
        if mid:
            self._unacknowledged.append(mid)
        self.unheard.append(("a message", "it can't be read"))

    def _on_publish(self, _client: Any, _data: Any, mid: int, reason: ReasonCode, _properties: Any) -> None:
        if token := self._tokens.pop(mid, 0):
            self._events.append(
                Rejected(token, rejection(reason.value, reason.getName())) if reason.is_failure else Acknowledged(token)
            )

    def _on_subscribe(
        self, _client: Any, _data: Any, mid: int, reasons: Sequence[ReasonCode], _properties: Any
    ) -> None:
        for name, reason in zip(self._asked.pop(mid, ()), reasons, strict=False):
            if reason.is_failure:
                self.unheard.append((name, reason.getName().lower()))
