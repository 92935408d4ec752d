"""Speaking with a broker: values, errors, and what the parts of the appliance that do so have in common.

One thread (`mqtt`, device/mqtt/thread.py) owns the link and every part. Others leave what they have in a part's queue
and wake the link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from firmware.errors import FacultyError


class SyncError(FacultyError):
    """There is no connection to the broker."""

    code = "broker"


class BrokerUnreachable(SyncError):
    """The broker {host} can't be reached ({reason}). Is it running, and is [mqtt] host right?"""

    code = "broker.unreachable"


class BrokerRefused(SyncError):
    """The broker {host} refuses us ({reason}). Check the user name, and the password in the secret mqtt-password."""

    code = "broker.refused"


class BrokerUntrusted(SyncError):
    """The broker {host} can't be trusted, or does not trust us ({reason}). Check host, ca, certificate and key in
    [mqtt].
    """

    code = "broker.untrusted"


class BrokerLost(SyncError):
    """The broker {host} is gone ({reason})."""

    code = "broker.lost"


class SessionTaken(SyncError):
    """Another client of the broker {host} seems to have the name {client}: two devices with one name. Give each a
    [device] name of its own.
    """

    code = "broker.taken"


class MessageTooLarge(SyncError):
    """A message about {topic} has {size} bytes; the broker {host} takes {limit} at most."""

    code = "broker.too_large"


@dataclass(frozen=True, slots=True)
class MqttMessage:
    """What is published, or was."""

    topic: str
    payload: bytes = b""
    qos: Literal[0, 1] = 0
    retain: bool = False
    """Published: the broker is to keep it. Arrived: it is kept and may be old; as it comes, MQTT 5 alone tells so."""
    expires_s: int | None = None
    """Seconds after which the broker forgets it; MQTT 5 only."""
    response_topic: str = ""
    """Where a reply is wanted; MQTT 5 only."""
    correlation: bytes = b""
    """What the reply brings back; MQTT 5 only."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker knows us; what is subscribed comes from now on."""

    session_present: bool
    """It has kept what came with QoS 1 while we were away."""
    version: Literal["5", "3.1.1"]


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone, or could not be made. Told once for each reason, not for each try."""

    error: SyncError


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message of another client, or of our own that we subscribe to."""

    message: MqttMessage


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The broker has a message of QoS 1."""

    token: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """The broker does not take a message of QoS 1, and will not if it is sent again; MQTT 5 only: an older one says
    nothing of it.
    """

    token: int
    reason: str


LinkEvent = Connected | Disconnected | Arrived | Acknowledged | Rejected


Filters = Sequence[tuple[str, Literal[0, 1]]]
"""Topic filters, with their quality of service."""


class Link(Protocol):
    """The connection, kept alive and made anew by `turn`. Called by one thread, but for `wake`."""

    def subscribe(self, filters: Filters) -> None:
        """What to hear of, now and after each connecting."""

    def turn(self, timeout: float) -> list[LinkEvent]:
        """Read, write, connect as is needed; what happened. Waits `timeout` seconds at most, less when something
        happens or it is woken.
        """

    def publish(self, message: MqttMessage) -> int | None:
        """Hand it to the broker; its token where QoS 1 is to be acknowledged. None: there is no connection, or QoS 0.

        A token is never used twice. Disconnected: whatever was not acknowledged may not have arrived, and nobody sends
        it again but the caller. Also None where too much waits for a slow broker: try again after an acknowledgement.
        QoS 0 overtakes QoS 1; within each, the order stays. Raises MessageTooLarge.
        """

    @property
    def connected(self) -> bool:
        """Whether there is a connection now."""

    def wake(self) -> None:
        """End the waiting of `turn`, from any thread."""

    def close(self) -> None:
        """Say that we are going, as far as there is somebody to hear it."""


Publish = Callable[[MqttMessage], int | None]
"""`Link.publish`."""


class MqttPart:
    """One thing that the appliance does over MQTT; what it has no use for does nothing. Everything is called by the
    thread `mqtt` and must not take long.
    """

    @property
    def filters(self) -> Filters:
        """What it wants to hear of."""
        return ()

    def connected(self, event: Connected) -> None:
        """There is a connection, and what is subscribed is on its way."""

    def disconnected(self) -> None:
        """There is none any more."""

    def arrived(self, message: MqttMessage) -> None:
        """A message that one of the filters fits."""

    def acknowledged(self, token: int) -> None:
        """The broker has it; not necessarily a message of this part."""

    def rejected(self, token: int, reason: str) -> None:
        """The broker does not take it, and never will; not necessarily a message of this part."""

    def work(self) -> float | None:
        """Do what there is to do, whether connected or not. Seconds after which to be asked again if nothing happens;
        None: whenever.
        """
        return None


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """What is told of the connection."""

    connected: bool
    since: datetime | None
    """Of this state; None before the first."""
    version: str = ""
    reason: str = ""
    """Why there is none, in words."""
    code: str = ""
