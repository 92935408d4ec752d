"""How the daemon asks the other devices: names that all of them make alike, and what is nobody else's business."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from device.mqtt.site import Neighbours, heard, ring_claim
from device.mqtt.thread import Bridge
from device.turn import events as on
from services.actions.base import Due
from services.sync.base import MqttMessage
from services.sync.broker.link import MqttLink
from services.sync.claims import HELD_S, RING_S, WAKE_S, DeviceNotice
from services.sync.claims import Claims as RealClaims
from services.sync.topics import Topics
from tests.broker import Broker

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
REMINDER = Due("reminder", "1", AT, "Call Anna.")


class Claims:
    """Remembers what is asked."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there
        self.asked: list[tuple[str, float, float]] = []
        self.held: list[str] = []
        self.parts: list[str] = []
        self.settled: list[Callable[[bool], None]] = []

    def claim(
        self, what: str, settled: Callable[[bool], None], *, within_s: float, held_s: float, parts: Sequence[str] = ()
    ) -> bool:
        self.parts = list(parts)
        self.asked.append((what, within_s, held_s))
        self.settled.append(settled)
        return self.there

    def hold(self, what: str) -> None:
        self.held.append(what)


def site(claims: Claims, *kinds: str) -> tuple[Neighbours, list[on.Event]]:
    put: list[on.Event] = []
    return Neighbours(claims, put.append, kinds=kinds or ("reminder", "meeting")), put  # type: ignore[arg-type]


def test_a_turn_is_settled_by_an_event() -> None:
    claims = Claims()
    neighbours, put = site(claims)
    assert neighbours.claim_turn(3) and claims.asked == [("wake", WAKE_S, WAKE_S)]
    claims.settled[0](False)
    assert put == [on.ClaimSettled(3, won=False)]
    assert not site(Claims(there=False))[0].claim_turn(3)


def test_an_ear_that_was_asked_for_asks_nobody() -> None:
    claims = Claims()
    neighbours, put = site(claims)
    neighbours.hold_turn()
    assert (claims.held, claims.asked, put) == (["wake"], [], [])


def test_that_another_one_listens_to_somebody_is_told_and_what_rings_there_is_not() -> None:
    put: list[on.Event] = []
    tell = heard(put.append)
    tell("ring/reminder/1/20261123T093000Z")
    tell("wake")
    assert put == [on.ClaimHeard()]


def test_what_is_won_comes_and_what_is_lost_does_not() -> None:
    claims = Claims()
    neighbours, put = site(claims)
    assert neighbours.claim_due(REMINDER) and claims.asked == [("ring/reminder/1/20261123T093000Z", RING_S, HELD_S)]
    claims.settled[0](False)
    assert put == []
    claims.settled[0](True)
    assert put == [on.DueCame(REMINDER)]
    neighbours.hold_due(REMINDER)
    assert claims.held == ["ring/reminder/1/20261123T093000Z"]


def test_what_others_do_not_know_of_is_not_asked_for() -> None:
    claims = Claims()
    neighbours, _ = site(claims, "reminder", "task")
    for due in (
        Due("timer", "1", AT, "Done."),
        Due("meeting", "1", AT, "The board meets."),
        Due("missed", "1+2", AT, "", how="tell", parts=(REMINDER, Due("alarm", "2", AT, ""))),
    ):
        assert not neighbours.claim_due(due)
        neighbours.hold_due(due)
    assert (claims.asked, claims.held) == ([], [])
    assert neighbours.claim_due(Due("task", "1", AT, "The offer is due."))
    assert not site(claims, "task")[0].claim_due(Due("task", "1", AT, "")), "that one was warned is kept as a reminder"


def test_all_devices_make_the_same_names() -> None:
    elsewhere = Due("reminder", "1", AT.astimezone(timezone(timedelta(hours=5.5))), "Anna anrufen.")
    assert ring_claim(elsewhere) == ring_claim(REMINDER)
    other = Due("reminder", "2", AT, "")
    told, same = (Due("missed", "", AT, "", parts=parts) for parts in ((REMINDER, other), (other, elsewhere)))
    assert ring_claim(told) == ring_claim(same) != ring_claim(Due("missed", "", AT, "", parts=(other,)))
    odd = ring_claim(Due("reminder", "a/#+", AT, ""))
    assert "#" not in odd and odd.count("/") == 3


def test_what_rings_elsewhere_is_not_told_as_missed_here() -> None:
    claims = Claims()
    neighbours, _ = site(claims)
    other = Due("reminder", "2", AT, "")
    assert neighbours.claim_due(Due("missed", "1+2", AT, "", how="tell", parts=(REMINDER, other)))
    assert claims.parts == [ring_claim(REMINDER), ring_claim(other)]


class Whole:
    """A device on a real broker: link, thread, claims, and an inbox instead of a daemon."""

    def __init__(self, broker: Broker, name: str) -> None:
        topics = Topics(name)
        birth, will = (MqttMessage(topics.own("availability"), state, retain=True) for state in (b"online", b"offline"))
        link = MqttLink(broker.host, broker.port, client_id=name, birth=birth, will=will)
        about = DeviceNotice("0.5.0", "home", "2026-11-23T09:30:00+00:00", name)
        self.inbox: queue.SimpleQueue[on.Event] = queue.SimpleQueue()
        self.others: queue.SimpleQueue[on.Event] = queue.SimpleQueue()
        """What is told of other devices."""
        self.claims = RealClaims(
            topics, about, publish=link.publish, clock=time.monotonic, wake=link.wake, heard=heard(self.others.put)
        )
        self.site = Neighbours(self.claims, self.inbox.put, kinds=("reminder",))
        self.bridge = Bridge(link, [self.claims], now=lambda: AT)
        self.thread = threading.Thread(target=self.bridge.run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.bridge.stop()
        self.thread.join(10)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_two_devices_hear_the_same_and_know_of_the_same(broker: Broker) -> None:
    desk, hall = Whole(broker, "desk"), Whole(broker, "hall")
    until(lambda: desk.claims.peers == {"hall"} and hall.claims.peers == {"desk"})
    assert desk.site.claim_turn(1) and hall.site.claim_turn(5)
    settled = [each.inbox.get(timeout=10) for each in (desk, hall)]
    assert all(isinstance(each, on.ClaimSettled) for each in settled)
    assert desk.site.claim_due(REMINDER) and hall.site.claim_due(REMINDER)
    until(lambda: not desk.inbox.empty() or not hall.inbox.empty())
    winner, loser = (desk, hall) if not desk.inbox.empty() else (hall, desk)
    assert winner.inbox.get() == on.DueCame(REMINDER)
    winner.site.hold_due(REMINDER)
    winner.stop()
    until(lambda: not loser.claims.peers)
    assert not loser.site.claim_due(REMINDER), "the other has died: it is ours"
    loser.stop()


def test_asked_to_listen_just_after_another_one_heard_the_wake_word_it_is_known_there(broker: Broker) -> None:
    """Whose button is pressed in that moment is not to be kept from telling by the claim that came before it."""
    desk, hall = Whole(broker, "desk"), Whole(broker, "hall")
    until(lambda: desk.claims.peers == {"hall"} and hall.claims.peers == {"desk"})
    assert desk.site.claim_turn(1)
    assert desk.inbox.get(timeout=10) == on.ClaimSettled(1, won=True)
    assert hall.others.get(timeout=10) == on.ClaimHeard()
    hall.site.hold_turn()
    assert desk.others.get(timeout=10) == on.ClaimHeard()
    assert hall.inbox.empty(), "nothing was asked"
    for each in (desk, hall):
        each.stop()
