"""How the daemon asks the other devices: names that all of them make alike, and what is nobody else's business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from device import events as on
from device.bridge.site import Neighbours, ring_claim
from services.actions.base import Due
from services.sync.claims import HELD_S, RING_S, WAKE_S

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

    def claim(self, what: str, settled: Callable[[bool], None], *, within_s: float, held_s: float, parts: Sequence[str] = ()) -> bool:
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
