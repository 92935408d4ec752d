"""The link against a real Mosquitto: what goes well, and everything that goes wrong."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from pydantic import SecretStr

from services.sync.base import (
    Acknowledged,
    Arrived,
    BrokerLost,
    BrokerRefused,
    BrokerUnreachable,
    BrokerUntrusted,
    Connected,
    Disconnected,
    LinkEvent,
    MessageTooLarge,
    MqttMessage,
    Rejected,
    SessionTaken,
)
from services.sync.broker.link import Backoff, MqttLink, Tls
from tests.broker import PATIENCE_S, Broker, Certificates, free_port

E = TypeVar("E")

WILL = MqttMessage("equerry/desk/availability", b"offline", 1, True)
BIRTH = MqttMessage("equerry/desk/availability", b"online", 1, True)
VERSIONS = pytest.mark.parametrize("version", ["5", "3.1.1"])


class Turning:
    """A link, turned until what is waited for happens."""

    def __init__(self, link: MqttLink) -> None:
        self.link = link
        self.events: list[LinkEvent] = []
        """What happened and was not waited for yet."""

    def until(self, kind: type[E], wanted: Callable[[E], bool] = lambda _: True) -> E:
        """The first event of the kind; AssertionError where none comes."""
        end = time.monotonic() + PATIENCE_S
        while True:
            for each in self.events:
                if isinstance(each, kind) and wanted(each):
                    self.events.remove(each)
                    return each
            assert time.monotonic() < end, f"no {kind.__name__}; {self.events}"
            self.events += self.link.turn(0.5)

    def reason(self) -> str:
        """Of the next Disconnected."""
        return str(self.until(Disconnected).error)

    def message(self, topic: str) -> MqttMessage:
        """The next one about it."""
        return self.until(Arrived, lambda each: each.message.topic == topic).message

    def turn_until(self, holds: Callable[[], bool]) -> None:
        """Something outside."""
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end
            self.events += self.link.turn(0.05)


Make = Callable[..., Turning]


@pytest.fixture
def links() -> Iterator[Make]:
    """Makes links that try again soon; closed with the test."""
    with ExitStack() as stack:

        def make(where: Broker | int, *, host: str = "127.0.0.1", client_id: str = "desk", **options: Any) -> Turning:
            options.setdefault("backoff", Backoff(lambda: 1.0, first_s=0.02, most_s=0.05))
            link = MqttLink(host, where.port if isinstance(where, Broker) else where, client_id=client_id, **options)
            stack.callback(link.close)
            return Turning(link)

        yield make


@pytest.fixture
def ours(tmp_path: Path) -> Certificates:
    """Whom everybody trusts."""
    return Certificates(tmp_path / "ours")


# ---- going well


@VERSIONS
def test_both_ways(broker: Broker, links: Make, version: str) -> None:
    """Subscribed before connected; acknowledged by token; the last will's birth."""
    other = broker.client("other")
    other.subscribe("equerry/#")
    desk = links(broker, version=version, will=WILL, birth=BIRTH)
    desk.link.subscribe([("equerry/desk/command/+", 1)])
    assert desk.until(Connected) == Connected(False, version)  # type: ignore[arg-type]
    assert desk.link.connected
    assert other.wait_for(WILL.topic) == MqttMessage(WILL.topic, b"online", 1)
    token = desk.link.publish(MqttMessage("equerry/desk/state", b"idle", 1))
    assert token
    assert desk.link.publish(MqttMessage("equerry/desk/partial", b"la")) is None
    assert desk.until(Acknowledged).token == token
    assert other.wait_for("equerry/desk/state").payload == b"idle"
    assert other.wait_for("equerry/desk/partial").payload == b"la"
    other.publish("equerry/desk/command/anna", "stop", qos=1)
    assert desk.message("equerry/desk/command/anna") == MqttMessage("equerry/desk/command/anna", b"stop", 1)


def test_properties_of_mqtt_5(broker: Broker, links: Make) -> None:
    """Where to reply, with what, and for how long it is good; both ways."""
    other, desk = broker.client("other"), links(broker)
    other.subscribe("out")
    desk.link.subscribe([("in", 1)])
    desk.until(Connected)
    whole = MqttMessage("out", b"x", 1, False, 60, "reply/here", b"\x00\xff")
    desk.link.publish(whole)
    desk.until(Acknowledged)
    assert other.wait_for("out") == whole
    other.publish("in", b"x", qos=1, expires_s=60, response_topic="reply/here", correlation=b"\x00\xff")
    came = desk.message("in")
    assert (came.response_topic, came.correlation, came.expires_s) == ("reply/here", b"\x00\xff", 60)


@VERSIONS
def test_retained(broker: Broker, links: Make, version: str) -> None:
    """Also as it comes, but under 3.1.1, which tells it only of what was kept before; and after each connecting."""
    other = broker.client("other")
    other.publish("kept", b"old", qos=1, retain=True)
    desk = links(broker, version=version)
    desk.link.subscribe([("kept", 1)])
    assert desk.message("kept") == MqttMessage("kept", b"old", 1, True)
    other.publish("kept", b"new", qos=1, retain=True)
    assert desk.message("kept") == MqttMessage("kept", b"new", 1, version == "5")


@VERSIONS
def test_what_came_while_away(brokers: Any, links: Make, version: str) -> None:
    """QoS 1 is kept for us by the broker, over its own restart, too."""
    broker = brokers(persistence=True)
    first = links(broker, version=version)
    first.link.subscribe([("in", 1)])
    first.until(Connected)
    first.link.publish(MqttMessage("x", b"", 1))
    first.until(Acknowledged)  # so the subscription is in force
    first.link.close()
    other = broker.client("other")
    for number in range(5):
        other.publish("in", str(number), qos=1)
    broker.save()
    broker.restart()
    second = links(broker, version=version)
    second.link.subscribe([("in", 1)])
    assert second.until(Connected).session_present
    assert [second.message("in").payload for _ in range(5)] == [b"0", b"1", b"2", b"3", b"4"]


@VERSIONS
def test_a_crash_between_reading_and_doing_loses_nothing(broker: Broker, links: Make, version: str) -> None:
    """What a turn brought is acknowledged by the next."""
    other = broker.client("other")
    first = links(broker, version=version)
    first.link.subscribe([("in", 1)])
    first.until(Connected)
    first.link.publish(MqttMessage("x", b"", 1))
    first.until(Acknowledged)
    other.publish("in", b"once", qos=1)
    assert first.message("in").payload == b"once"
    second = links(broker, version=version)  # with our name, as after a crash
    second.link.subscribe([("in", 1)])
    assert second.message("in").payload == b"once"
    second.link.turn(0)
    third = links(broker, version=version)
    third.until(Connected)
    third.link.subscribe([("in", 1)])
    other.publish("in", b"twice", qos=1)
    assert third.message("in").payload == b"twice"


def test_last_will_and_farewell(broker: Broker, links: Make) -> None:
    """Offline whether we vanish or go."""
    other = broker.client("other")
    other.subscribe(WILL.topic)
    desk = links(broker, will=WILL, birth=BIRTH)
    desk.until(Connected)
    desk.turn_until(lambda: len(other.all(WILL.topic)) == 1)
    desk.link.close()
    assert other.wait_for(WILL.topic, lambda each: each.payload == b"offline")
    assert desk.link.turn(10) == []
    assert not desk.link.connected
    desk.link.wake()  # by a thread that does not know yet
    again = links(broker, will=WILL, birth=BIRTH, client_id="again")
    again.until(Connected)
    again.turn_until(lambda: len(other.all(WILL.topic)) == 3)
    other.forget()
    again.link._connection._wire._sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # the cable
    assert other.wait_for(WILL.topic).payload == b"offline"


def test_woken_from_another_thread(broker: Broker, links: Make) -> None:
    """Ends the waiting at once; bells before it don't pile up."""
    desk = links(broker)
    desk.until(Connected)
    for _ in range(100_000):
        desk.link.wake()
    desk.link.turn(0)
    threading.Timer(0.1, desk.link.wake).start()
    began = time.monotonic()
    desk.link.turn(PATIENCE_S * 3)
    assert time.monotonic() - began < PATIENCE_S


def test_much_at_once(broker: Broker, links: Make) -> None:
    """More than the window: each acknowledged once, in order, whole."""
    other = broker.client("other")
    other.subscribe("out/+")
    desk = links(broker)
    desk.until(Connected)
    tokens = [desk.link.publish(MqttMessage(f"out/{number}", bytes(500), 1)) for number in range(1000)]
    assert [desk.until(Acknowledged).token for _ in tokens] == tokens
    assert [other.wait_for("out/+").topic for _ in tokens] == [f"out/{number}" for number in range(1000)]


def test_a_flood_comes_in_bounded_pieces(broker: Broker, links: Make) -> None:
    """A turn returns what fits into its buffer; the rest waits with the broker."""
    other = broker.client("other")
    desk = links(broker)
    desk.link.subscribe([("in", 0)])
    desk.until(Connected)
    desk.link.publish(MqttMessage("x", b"", 1))
    desk.until(Acknowledged)
    for _ in range(3000):
        other.publish("in", bytes(200))
    other.round_trip()
    came = 0
    while came < 900:  # Mosquitto drops some of QoS 0 when we are slow
        batch = desk.link.turn(1)
        assert len(batch) <= 2 * 65_536 / 200
        came += len(batch)


# ---- going wrong


def test_down_at_start_then_there(brokers: Any, links: Make) -> None:
    """Told once, tried again, found."""
    broker = brokers()
    broker.kill()
    desk = links(broker)
    assert "nobody listens on port" in desk.reason()
    for _ in range(20):
        assert desk.link.turn(0.02) == []
    assert desk.link.publish(MqttMessage("x", b"", 1)) is None
    broker.start()
    desk.until(Connected)


@VERSIONS
def test_killed_and_back(broker: Broker, links: Make, version: str) -> None:
    """What was not acknowledged is the caller's to send again; no token comes back to life."""
    desk = links(broker, version=version)
    desk.link.subscribe([("in", 1)])
    desk.until(Connected)
    broker.pause()
    lost = desk.link.publish(MqttMessage("out", b"lost", 1))
    desk.link.turn(0)
    broker.kill()
    error = desk.until(Disconnected).error
    assert isinstance(error, BrokerLost)
    assert not desk.link.connected
    assert isinstance(desk.until(Disconnected).error, BrokerUnreachable)
    broker.start()
    desk.until(Connected)
    token = desk.link.publish(MqttMessage("out", b"new", 1))
    assert token != lost
    assert desk.until(Acknowledged).token == token
    assert not [each for each in desk.events if isinstance(each, Acknowledged)]
    broker.client("other").publish("in", b"x", qos=1)
    assert desk.message("in").payload == b"x"


@VERSIONS
@pytest.mark.parametrize(
    ("username", "password"), [("", None), ("desk", SecretStr("wrong")), ("nobody", SecretStr("secret"))]
)
def test_not_let_in(brokers: Any, links: Make, version: str, username: str, password: SecretStr | None) -> None:
    """Anonymous, wrong password, unknown."""
    broker = brokers(users={"desk": "secret"})
    desk = links(broker, version=version, username=username, password=password)
    error = desk.until(Disconnected).error
    assert isinstance(error, BrokerRefused)
    assert "not authorised" in str(error)
    right = links(broker, version=version, username="desk", password=SecretStr("secret"), client_id="right")
    right.until(Connected)


def test_password_is_nowhere(brokers: Any, links: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Not in the representation, the log, or the errors."""
    caplog.set_level(logging.DEBUG)
    secret = "correct-horse-battery"
    broker = brokers(users={"desk": "other"})
    desk = links(broker, username="desk", password=SecretStr(secret))
    error = desk.until(Disconnected).error
    seen = [
        repr(desk.link),
        repr(vars(desk.link)),
        repr(desk.link._login),
        repr(error),
        str(error),
        repr(error.facts),
        caplog.text,
    ]
    assert not [each for each in seen if secret in each]


def test_name_unknown(links: Make) -> None:
    """No such host, and no host's name at all."""
    for host in ("no-such-host.invalid", "a..b"):
        error = links(1883, host=host).until(Disconnected).error
        assert isinstance(error, BrokerUnreachable)
        assert "name" in str(error)


@pytest.mark.parametrize("tls", [None, Tls()])
def test_nobody_answers(links: Make, tls: Tls | None) -> None:
    """It takes the connection and is silent, as a paused broker is."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk = links(silent.getsockname()[1], tls=tls, connect_timeout_s=0.2)
        error = desk.until(Disconnected).error
        assert isinstance(error, BrokerUnreachable)
        assert "within 0.2 s" in str(error)


def test_it_is_told_once_that_nobody_answers(links: Make) -> None:
    """Though a try that takes longer than we wait for it ends with other words than the waiting does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk = links(silent.getsockname()[1], tls=Tls(), connect_timeout_s=0.1)
        silent.settimeout(0.01)
        tried: list[socket.socket] = []

        def tries() -> bool:
            with suppress(TimeoutError):
                tried.append(silent.accept()[0])
            return len(tried) > 6

        desk.turn_until(tries)
        for each in tried:
            each.close()
        assert 1 <= sum(isinstance(each, Disconnected) for each in desk.events) <= 2, desk.events


def answering(*answers: bytes | tuple[bytes, ...]) -> tuple[int, list[bytes]]:
    """A port where each connection gets its answer, as of brokers that we don't have here, or one after the other; and
    what was said to it.
    """
    server = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def serve() -> None:
        with server:
            for answer in answers:
                connection, _ = server.accept()
                with connection:
                    for piece in (answer,) if isinstance(answer, bytes) else answer:
                        heard.append(connection.recv(1000))
                        connection.sendall(piece)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1], heard


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x20\x02\x00", b"\xff" * 100, b""])
def test_no_broker_there(links: Make, answer: bytes) -> None:
    """Something else listens."""
    error = links(answering(answer)[0]).until(Disconnected).error
    assert isinstance(error, BrokerLost | BrokerUnreachable)


def test_an_older_broker(links: Make) -> None:
    """Refuses MQTT 5 as the standard says (CONNACK 1): we go on with 3.1.1."""
    port, heard = answering(b"\x20\x02\x00\x01", b"\x20\x02\x00\x00")
    assert links(port).until(Connected).version == "3.1.1"
    assert [each[8] for each in heard] == [5, 4]


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        (0x8E, SessionTaken, "seems to have the name desk"),
        (0x8B, BrokerLost, "shutting down"),
        (0x95, BrokerLost, "too large"),
        (0x87, BrokerRefused, "not authorised"),
        (0x82, BrokerLost, "protocol error"),
    ],
)
def test_told_why(links: Make, code: int, kind: type, reason: str) -> None:
    """A DISCONNECT with a reason code, and the end right behind it."""
    port, _ = answering(b"\x20\x03\x00\x00\x00\xe0\x01" + bytes([code]))
    desk = links(port, birth=BIRTH)
    desk.until(Connected)
    error = desk.until(Disconnected).error
    assert isinstance(error, kind)
    assert reason in str(error)


@pytest.mark.parametrize(
    ("connack", "kind", "reason"),
    [
        (b"\x00\x86\x00", BrokerRefused, "bad user name or password"),
        (b"\x00\x85\x00", BrokerRefused, "client name"),
        (b"\x00\x89\x00", BrokerUnreachable, "busy"),
        (b"\x00\x9d\x00", BrokerRefused, "server moved"),
        (b"\x00\x00\x02\x25\x00", BrokerRefused, "no retained messages"),
    ],
)
def test_told_why_not(links: Make, connack: bytes, kind: type, reason: str) -> None:
    """A CONNACK with a reason code, or without what we need."""
    error = links(answering(bytes([0x20, len(connack)]) + connack)[0]).until(Disconnected).error
    assert isinstance(error, kind)
    assert reason in str(error)


@VERSIONS
def test_two_devices_with_one_name(broker: Broker, links: Make, version: str) -> None:
    """Where the broker does not say so, as Mosquitto 2.0.11: suspected after a few times."""
    desk = links(broker, version=version)
    for _ in range(3):
        desk.until(Connected)
        broker.client("desk", version=version).close()
        error = desk.until(Disconnected).error
    assert isinstance(error, SessionTaken)


def test_paused_broker(broker: Broker, links: Make) -> None:
    """Nothing blocks; what waits is bounded; in the end it counts as gone, and comes back."""
    desk = links(broker, keep_alive_s=1)
    desk.until(Connected)
    broker.pause()
    big = bytes(200_000)
    taken = 0
    while desk.link.publish(MqttMessage("out", big, 1)) is not None:
        taken += 1
    assert taken * len(big) < 64_000_000
    for _ in range(5000):
        desk.link.publish(MqttMessage("out", big))
    assert "does not answer" in desk.reason()
    broker.resume()
    desk.until(Connected)
    desk.link.publish(MqttMessage("out", b"x", 1))
    desk.until(Acknowledged)


def test_what_comes_is_a_sign_of_life(links: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer to a ping stands behind all that the broker has for us, which may take longer to read than we wait for
    an answer.
    """
    steps, now = Random(1), [1000.0]

    def looked() -> float:
        """Time passes with each look at the clock, as on a busy machine."""
        now[0] += steps.random() / 2
        return now[0]

    monkeypatch.setattr("paho.mqtt.client.time_func", looked)
    with socket.create_server(("127.0.0.1", 0)) as server:
        desk = links(server.getsockname()[1], keep_alive_s=30, version="3.1.1")
        server.settimeout(0.01)
        there: list[socket.socket] = []

        def reached() -> bool:
            with suppress(TimeoutError):
                there.append(server.accept()[0])
            return bool(there)

        desk.turn_until(reached)
        with there[0] as broker:
            broker.sendall(b"\x20\x02\x00\x00")
            desk.until(Connected)
            for _ in range(300):
                broker.sendall(b"\x30\x04\x00\x01ax")
                desk.message("a")
            assert desk.link.connected and not desk.events
            assert broker.recv(100_000).count(b"\xc0\x00") > 5  # it, too, hears of us meanwhile
            for _ in range(300):  # now nothing comes any more
                desk.events += desk.link.turn(0)
            assert "does not answer" in desk.reason()


def test_too_large_for_us(broker: Broker, links: Make) -> None:
    """Refused here, so that the connection stays; and nothing so large is taken from others."""
    desk = links(broker)
    desk.link.subscribe([("in", 1)])
    desk.until(Connected)
    for qos in (0, 1):
        with pytest.raises(MessageTooLarge, match=r"out has 1000067 bytes.*263168"):
            desk.link.publish(MqttMessage("out", bytes(1_000_000), qos))
    desk.link.publish(MqttMessage("in", bytes(262_144), 1))
    assert len(desk.message("in").payload) == 262_144
    other = broker.client("other")
    other.publish("in", bytes(1_000_000), qos=1)
    other.publish("in", b"small", qos=1)
    assert desk.message("in").payload == b"small"


def test_too_large_comes_by_an_older_protocol(broker: Broker, links: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Dropped with a note, and acknowledged, or it would come for ever."""
    desk = links(broker, version="3.1.1")
    desk.link.subscribe([("in", 1)])
    desk.until(Connected)
    desk.link.publish(MqttMessage("x", b"", 1))
    desk.until(Acknowledged)
    other = broker.client("other")
    for _ in range(3):
        other.publish("in", bytes(1_000_000), qos=1)
    other.publish("in", b"small", qos=1)
    assert desk.message("in").payload == b"small"
    assert caplog.text.count("1000000 bytes") == 1


def test_too_large_for_the_broker(brokers: Any, links: Make) -> None:
    """It says so beforehand (Maximum Packet Size), or afterwards (in PUBACK)."""
    small = brokers(max_packet_size=1000)
    desk = links(small)
    desk.until(Connected)
    with pytest.raises(MessageTooLarge):
        desk.link.publish(MqttMessage("out", bytes(1000), 1))
    desk.link.publish(MqttMessage("out", bytes(900), 1))
    desk.until(Acknowledged)
    strict = links(brokers(message_size_limit=1000))
    strict.until(Connected)
    token = strict.link.publish(MqttMessage("out", bytes(2000), 1))
    assert strict.until(Rejected) == Rejected(token or 0, "too large, or too much")
    strict.link.publish(MqttMessage("out", b"x", 1))
    strict.until(Acknowledged)


def test_not_allowed_to(brokers: Any, links: Make) -> None:
    """What the ACL forbids is not taken for told."""
    desk = links(brokers(acl="topic readwrite mine/#\n"))
    desk.until(Connected)
    token = desk.link.publish(MqttMessage("theirs", b"x", 1))
    assert desk.until(Rejected) == Rejected(token or 0, "not authorised")


def test_subscription_refused(links: Make, caplog: pytest.LogCaptureFixture) -> None:
    """Logged once, however often we come; the other one counts."""
    answer = (b"\x20\x03\x00\x00\x00", b"\x90\x05\x00\x01\x00\x87\x01\x30\x05\x00\x01b\x00x")
    desk = links(answering(answer, answer)[0])
    desk.link.subscribe([("a\n", 1), ("b", 1)])
    for _ in range(2):
        desk.until(Connected)
        assert desk.message("b").payload == b"x"
        desk.until(Disconnected)
    assert caplog.text.count("don't take 'a\\n' (not authorized)") == 1


@pytest.mark.parametrize("qos", [0, 1])
def test_what_paho_takes_for_malformed(broker: Broker, links: Make, caplog: pytest.LogCaptureFixture, qos: int) -> None:
    """A byte order mark where a reply is wanted, which the broker passes on: dropped, and neither the end nor brought
    again.
    """
    desk, other = links(broker), broker.client("other")
    desk.link.subscribe([("in", 1)])
    desk.until(Connected)
    desk.link.publish(MqttMessage("x", b"", 1))
    desk.until(Acknowledged)
    for _ in range(3):
        other.publish("in", b"x", qos=qos, response_topic="a\ufeff", wait=False)
    other.publish("in", b"good", qos=1)
    assert desk.message("in").payload == b"good"
    assert caplog.text.count("can't be read") == 1
    # The broker reads in order: what acknowledges those lies before what it acknowledges now.
    desk.link.publish(MqttMessage("x", b"", 1))
    desk.until(Acknowledged)
    again = links(broker)
    again.until(Connected)
    again.link.publish(MqttMessage("in", b"mine", 1))
    assert again.message("in").payload == b"mine"


@pytest.mark.parametrize("topic", ["", "a/+", "a/#"])
def test_no_topic(broker: Broker, links: Make, topic: str) -> None:
    """A bug of whoever publishes, told there."""
    desk = links(broker)
    desk.until(Connected)
    with pytest.raises(ValueError, match="no topic"):
        desk.link.publish(MqttMessage(topic))


def test_going_while_the_broker_is_stuck(broker: Broker, links: Make) -> None:
    """Does not wait for it for long."""
    desk = links(broker, will=WILL)
    desk.until(Connected)
    broker.pause()
    for _ in range(100):
        desk.link.publish(MqttMessage("out", bytes(200_000), 1))
    began = time.monotonic()
    desk.link.close()
    assert time.monotonic() - began < PATIENCE_S


@VERSIONS
def test_always_the_last_word(broker: Broker, links: Make, version: str) -> None:
    """Thirty breaks of the wire in the middle of publishing: whoever sends again what was not acknowledged loses
    nothing.
    """
    other = broker.client("other")
    other.subscribe("out/+")
    desk = links(broker, version=version)
    due = {str(number) for number in range(600)}
    sent: dict[int, str] = {}
    turns = 0
    while due:
        if desk.link.connected:
            for number in sorted(due - set(sent.values()))[:20]:
                if token := desk.link.publish(MqttMessage(f"out/{number}", b"x", 1)):
                    sent[token] = number
        for event in desk.link.turn(0.05):
            if isinstance(event, Acknowledged):
                due.discard(sent.pop(event.token))
            elif isinstance(event, Disconnected):
                sent.clear()
        turns += 1
        if turns % 20 == 0 and turns <= 600 and desk.link.connected:
            desk.link._connection._wire._sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]  # the cable
        assert turns < 20_000
    other.round_trip()
    assert {each.topic for each in other.all("out/+")} == {f"out/{number}" for number in range(600)}


# ---- TLS


def test_tls(brokers: Any, links: Make, ours: Certificates) -> None:
    """Much data in both directions, through records that end where messages don't."""
    broker = brokers(tls=ours.signed("server"), max_queued=5000)
    desk = links(broker, host="localhost", tls=Tls(ours.ca))
    desk.link.subscribe([("loop", 1)])
    desk.until(Connected)
    for number in range(200):
        desk.link.publish(MqttMessage("loop", bytes([number]) * 30_000, 1))
    for number in range(200):
        assert desk.message("loop").payload == bytes([number]) * 30_000


@pytest.mark.parametrize(
    ("names", "days", "reason"),
    [
        ("DNS:other", 30, "for another name"),
        ("DNS:localhost", -1, "has expired"),
        ("IP:127.0.0.2", 30, "for another name"),
    ],
)
def test_certificate_wrong(brokers: Any, links: Make, ours: Certificates, names: str, days: int, reason: str) -> None:
    """Not its name, or not any more."""
    broker = brokers(tls=ours.signed("server", names=names, days=days))
    error = links(broker, host="localhost", tls=Tls(ours.ca)).until(Disconnected).error
    assert isinstance(error, BrokerUntrusted)
    assert reason in str(error)


def test_signed_by_somebody_else(brokers: Any, links: Make, ours: Certificates, tmp_path: Path) -> None:
    """By another CA; by one that the system does not know."""
    broker = brokers(tls=ours.signed("server"))
    for tls in (Tls(Certificates(tmp_path / "theirs").ca), Tls()):
        error = links(broker, host="localhost", tls=tls).until(Disconnected).error
        assert isinstance(error, BrokerUntrusted)
        assert "nobody we know" in str(error)


def test_client_certificate(brokers: Any, links: Make, ours: Certificates, tmp_path: Path) -> None:
    """Wanted by the broker: shown, not shown, of somebody else, expired."""
    broker = brokers(tls=ours.signed("server"), ca=ours.ca, require_certificate=True)
    theirs = Certificates(tmp_path / "theirs", "stranger")
    links(broker, host="localhost", tls=Tls(ours.ca, *ours.signed("desk"))).until(Connected)
    for tls, reason in [
        (Tls(ours.ca), "certificate required"),
        (Tls(ours.ca, *theirs.signed("desk")), "unknown ca"),
        (Tls(ours.ca, *ours.signed("late", days=-1)), "certificate expired"),
    ]:
        error = links(broker, host="localhost", tls=tls).until(Disconnected).error
        assert isinstance(error, BrokerUntrusted)
        assert reason in str(error)


def test_files_of_certificates(links: Make, ours: Certificates, tmp_path: Path) -> None:
    """Missing, unreadable, not what they should be, readable by all."""
    certificate, key = ours.signed("desk")
    nonsense, open_key, missing = tmp_path / "nonsense", tmp_path / "open", tmp_path / "missing"
    nonsense.write_text("no certificate")
    open_key.write_bytes(key.read_bytes())
    open_key.chmod(0o644)
    for tls, reason in [
        (Tls(missing), "the file ca: no such file"),
        (Tls(nonsense), "the file ca: no certificate"),
        (Tls(tmp_path), "the file ca: is a directory"),
        (Tls(ours.ca, missing, key), "the file certificate: no such file"),
        (Tls(ours.ca, certificate, missing), "the file key: no such file"),
        (Tls(ours.ca, certificate, open_key), "the file key: everybody can read it"),
        (Tls(ours.ca, certificate, ours.signed("other")[1]), "the file key: key values mismatch"),
        (Tls(ours.ca, nonsense, key), "the file key"),
    ]:
        error = links(free_port(), tls=tls).until(Disconnected).error
        assert isinstance(error, BrokerUntrusted)
        assert reason in str(error)


def test_tls_on_one_side_only(brokers: Any, links: Make, ours: Certificates, broker: Broker) -> None:
    """Each way round is said so that it can be mended."""
    assert "does not speak TLS" in links(broker, host="localhost", tls=Tls(ours.ca)).reason()
    assert "with TLS where it wants none, or without" in links(brokers(tls=ours.signed("server"))).reason()


def test_close_while_reaching(links: Make) -> None:
    """Does not wait for what is under way."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk = links(silent.getsockname()[1], tls=Tls(), connect_timeout_s=3)
        assert desk.link.turn(0) == []
        began = time.monotonic()
        desk.link.close()
        assert time.monotonic() - began < 2
