"""Claims in any order of asking and arriving: one device acts, as long as the broker gives all of them the same order
in time.
"""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from services.sync.race import MOST_SEEN, Bid, Race

WINDOW = 0.3


class Device:
    """One device's view, with what was settled."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.race = Race()
        self.won: list[bool] = []

    def ask(self, at: float, what: str = "wake") -> bool:
        """True: its claim goes to the broker."""
        return self.race.enter(Bid(what, self.name, at + WINDOW, at - WINDOW, self.won.append))

    def hear(self, name: str, at: float, what: str = "wake") -> None:
        if name == self.name:
            self.race.echo(what, name, at)
        else:
            self.race.other(what, at)


moments = st.floats(0, 0.14)
delays = st.floats(0, 0.15)


@given(st.lists(st.tuples(moments, delays, delays), min_size=1, max_size=7))
def test_exactly_one_of_those_that_heard_it_acts(heard: list[tuple[float, float, float]]) -> None:
    """Each: when it heard the wake word, how long its claim takes to the broker, how long the broker's messages take to
    it.
    """
    devices = [Device(str(index)) for index in range(len(heard))]
    happenings: list[tuple[float, int, Callable[[], None]]] = []
    order: list[float] = []

    def ask(index: int) -> None:
        at, up, _ = heard[index]
        if devices[index].ask(at):
            happenings.append((at + up, 1, lambda: broker(index, at + up)))

    def broker(claimant: int, at: float) -> None:
        order.append(at)
        for index, (_, _, down) in enumerate(heard):
            # One connection gives what the broker sent in its order; no later than the echo is waited for.
            happenings.append(
                (at + down, 2, lambda index=index, down=down: devices[index].hear(str(claimant), at + down))
            )

    for index, (at, _, _) in enumerate(heard):
        happenings.append((at, 0, lambda index=index: ask(index)))
    while happenings:
        happenings.sort(key=lambda each: each[:2])
        moment, _, act = happenings.pop(0)
        act()
        for device in devices:
            device.race.expire(moment - 0.01)
    for device in devices:
        device.race.expire(10.0)
    assert all(len(device.won) == 1 for device in devices), "each is told once"
    assert sum(device.won[0] for device in devices) == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["wake", "ring/x"]), st.booleans()), max_size=30))
def test_each_claim_is_settled_once_whatever_arrives(arrivals: list[tuple[str, str, bool]]) -> None:
    ours = {what: Device("a") for what in ("wake", "ring/x")}
    race = Race()
    for what, device in ours.items():
        race.enter(Bid(what, "a", 1.0, -1.0, device.won.append))
    first: dict[str, bool] = {}
    for name, what, echo in arrivals:
        if echo:
            race.echo(what, "a", 0.5)
            first.setdefault(what, True)
        elif name != "a":
            race.other(what, 0.5)
            first.setdefault(what, False)
    race.expire(2.0)
    for what, device in ours.items():
        assert device.won == [first.get(what, True)], "different things never disturb each other"
    assert race.next() is None


def test_who_comes_later_than_the_window_is_another_occasion() -> None:
    late, at_once = Device("late"), Device("at once")
    for each in (late, at_once):
        each.race.other("wake", 10.0)
    assert late.ask(10.31) and not at_once.ask(10.29)
    assert (late.won, at_once.won) == ([], [False])


def test_nothing_heard_in_time_is_ours() -> None:
    device = Device("desk")
    device.ask(5.0)
    assert device.race.next() == 5.3
    device.race.expire(5.29)
    assert device.won == []
    device.race.expire(5.3)
    device.hear("other", 5.31)
    assert device.won == [True]


def test_claims_of_others_take_bounded_memory() -> None:
    device = Device("desk")
    for number in range(MOST_SEEN + 100):
        device.race.other(f"ring/{number}", 1.0)
    assert device.ask(1.0, "ring/0"), "the oldest is forgotten"
    assert not device.ask(1.0, f"ring/{MOST_SEEN}")
    for number in range(MOST_SEEN + 100):
        device.race.echo(f"ring/{number}", "1", 2.0)
    assert device.race.arrived(f"ring/{MOST_SEEN}", 2.0) and not device.race.arrived("ring/0", 2.0), "of ours, too"
