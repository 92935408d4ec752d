"""A call from its beginning to its end: what is told, kept and whispered, and what goes wrong on the way."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.calls.live.base import ANNOUNCEMENT, LINE_BACK, MUTED, MUTED_NOW, NOT_BEGUN
from device.calls.live.following import ALIKE, LOST, UNHEARD
from device.calls.sound import UNCLEAR
from device.turn import events as on
from device.turn.session import Session
from firmware.base import MicrophoneLost, MicrophoneMissing
from firmware.frame import Frame
from services.actions.base import Reply, Response
from services.calls.base import SIDES, CallEnded, Promised, SegmentHeard, Whispered
from services.store.errors import DiskFull
from services.store.store import Store
from services.understanding.base import Command, Step
from tests.live_calls import CallDesk, Sounds, frames

SPOKEN_TO = Session(phase="thinking")
AT_REST = Session(phase="idle")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "equerry.db") as store:
        yield store


@pytest.fixture
def desk(store: Store) -> Iterator[CallDesk]:
    """A call that is followed."""
    with CallDesk(store).running() as desk:
        desk.begin()
        yield desk


def said(text: str) -> on.WakeHeard | on.Replied:
    command = Command(text, (Step("control.stop", {}),), 1.0, "template")
    return on.Replied(1, Response(command, (), Reply("")))


def test_both_sides_are_followed_and_a_record_remains(desk: CallDesk) -> None:
    desk.say("other", "Could you send me the quote?")
    desk.say("owner", "I'll send you the quote by Friday.")
    assert desk.record.status == "going_on" and [each.what for each in desk.record.proposals] == ["send you the quote"]
    desk.end()
    heard = desk.of(SegmentHeard)
    assert [(each.segment.side, each.segment.speaker) for each in heard] == [("other", "Henderson"), ("owner", "You")]
    assert all(0 < each.segment.start_s < each.segment.end_s for each in heard)
    assert desk.of(Promised) and desk.of(CallEnded)
    assert desk.record.status == "ended" and desk.record.who == "Henderson" and not desk.record.transcript
    assert desk.sounds.routed == [True, False], "replies go to the ear while it lasts"


def test_a_whisper_goes_to_the_ear_alone(desk: CallDesk) -> None:
    desk.say("other", "How much would that cost us?")
    desk.sound("other", 0.5, voice=False)
    desk.until(lambda: desk.asides)
    assert {each.to for each in desk.asides} == {"ear"} and "price" in desk.asides[0].words
    assert desk.of(Whispered)


def test_not_while_the_owner_speaks(desk: CallDesk) -> None:
    desk.sound("owner", 1.0, voice=True)
    desk.say("other", "How much would that cost us?")
    desk.sound("owner", 1.0, voice=True)
    desk.settle()
    assert not desk.asides
    desk.sound("owner", 1.5, voice=False)
    desk.until(lambda: desk.asides)


def test_quiet_silences_it(desk: CallDesk) -> None:
    desk.calls.watch(said("Be quiet."), AT_REST)
    desk.say("other", "How much would that cost us?")
    desk.sound("other", 2.0, voice=False)
    desk.settle()
    assert not desk.asides


def test_quiet_ends_the_whisper_that_sounds_and_drops_those_that_wait(desk: CallDesk) -> None:
    desk.say("other", "How much would that cost us?")
    desk.sound("other", 0.5, voice=False)
    desk.until(lambda: desk.asides)
    assert desk.asides[0].wanted() and not desk.hushed
    desk.calls.quiet()
    desk.settle()
    assert not desk.asides[0].wanted() and desk.hushed == 1


def test_without_an_ear_the_lights_tell_of_it(store: Store) -> None:
    desk = CallDesk(store, sounds=Sounds(private=False))
    with desk.running():
        desk.begin()
        desk.say("other", "How much would that cost us?")
        desk.sound("other", 0.5, voice=False)
        desk.until(lambda: desk.calls.hint)
        assert not desk.asides, "never on the loudspeaker"
        desk.clock.now += 10
        assert not desk.calls.hint


def test_what_is_said_to_the_appliance_is_not_said_on_the_call(desk: CallDesk) -> None:
    desk.say("owner", "That sounds good.")
    desk.calls.watch(on.Ready(), SPOKEN_TO)
    desk.settle()
    desk.sound("owner", 3.0, voice=True)
    desk.calls.watch(on.Ready(), AT_REST)
    desk.sound("owner", 2.0, voice=False)
    desk.settle()
    assert len(desk.recogniser.heard) == 1
    desk.say("owner", "Back to you.")
    assert [each.segment.text for each in desk.of(SegmentHeard)] == ["That sounds good.", "Back to you."]


def test_mute_is_for_both_sides(desk: CallDesk) -> None:
    desk.calls.watch(on.Ready(), Session(phase="muted", muted=True))
    desk.settle()
    for side in SIDES:
        desk.sound(side, 2.0, voice=True)
        desk.sound(side, 1.0, voice=False)
    desk.settle()
    assert desk.notices == [MUTED_NOW] and not desk.recogniser.heard and desk.calls.lacking() == MUTED
    desk.calls.watch(on.Ready(), AT_REST)
    desk.say("other", "Are you still there?")
    assert len(desk.of(SegmentHeard)) == 1 and desk.calls.lacking() == ""


def test_it_is_announced_first(store: Store) -> None:
    desk = CallDesk(store, announce=True)
    with desk.running():
        desk.calls.begin("Henderson")
        desk.until(lambda: desk.asides)
        (aside,) = desk.asides
        assert (aside.words, aside.to) == (ANNOUNCEMENT, "line") and not desk.sounds.owner, "nobody is heard before"
        aside.said("")
        desk.until(lambda: desk.sounds.owner)


def test_what_cant_be_announced_is_not_followed(store: Store) -> None:
    desk = CallDesk(store, announce=True)
    with desk.running():
        desk.calls.begin("Henderson")
        desk.until(lambda: desk.asides)
        desk.asides[0].said("No loudspeaker was found.")
        desk.until(lambda: desk.put)
        assert desk.put == [on.Announced(NOT_BEGUN.format(reason="No loudspeaker was found."))]
        assert not desk.calls.who and not desk.made


def test_a_line_that_is_not_there_is_told(store: Store) -> None:
    desk = CallDesk(store, sounds=Sounds(reason="The device is not there."))
    with desk.running():
        desk.calls.begin("Henderson")
        desk.until(lambda: desk.put)
        assert desk.notices == [NOT_BEGUN.format(reason="The device is not there.")] and not desk.calls.who


class Failing:
    """A device that is there, is lost, is missing, and is there again."""

    name, overruns, direction = "line", 0, None

    def __init__(self) -> None:
        self.left = [MicrophoneLost(name="line"), MicrophoneMissing(names="none")]
        self.index = 0

    def open(self) -> None:
        if self.index and len(self.left) == 1:
            raise self.left.pop()

    def read(self) -> Frame:
        self.index += 1
        if self.index == 3:
            raise self.left.pop(0)
        return next(frames(0.08, self.index, voice=False))

    def close(self) -> None:
        """Nothing to give back."""


def test_a_line_that_is_lost_is_told_once_and_again_when_it_is_back(store: Store) -> None:
    desk = CallDesk(store, sounds=Sounds(device=Failing()))
    with desk.running():
        desk.begin()
        desk.until(lambda: LINE_BACK in desk.notices)
        lost, _ = desk.notices
        assert lost.startswith("The other side is not heard. The microphone line stopped giving sound.")


def test_both_sides_on_one_channel_is_told_once(desk: CallDesk) -> None:
    for number in range(40 * 12):
        desk.clock.now += 0.08
        for tap in (desk.sounds.owner, desk.sounds.other):
            assert tap
            tap(next(frames(0.08, number, voice=True)))
        if number % 10 == 0:
            desk.settle()  # else its thread may see only where the clock stands in the end
    desk.settle()
    assert desk.notices.count(ALIKE) == 1


def test_another_language_is_told_once_and_none_of_its_words_count(desk: CallDesk) -> None:
    desk.recogniser.confidence = 0.2
    for number in range(6):
        desk.say("other", f"we deliver by friday for {number} euros")
    unclear = UNCLEAR.format(who="Henderson")
    assert desk.notices.count(unclear) == 1
    believed = [each for each in desk.told if isinstance(each, SegmentHeard)]
    assert len(believed) < 6, "until it was sure"
    desk.recogniser.confidence = 0.9
    desk.say("other", "sorry, shall we go on in english")
    assert [each for each in desk.told if isinstance(each, SegmentHeard)][-1].segment.text.startswith("sorry")


def test_a_line_on_which_nobody_speaks_is_told(desk: CallDesk) -> None:
    desk.sound("other", 62.0, voice=False)
    desk.settle()
    assert desk.notices == [UNHEARD]


def test_a_call_that_nobody_ended_ends_by_itself(desk: CallDesk) -> None:
    desk.clock.now += 1_000
    desk.until(lambda: not desk.calls.who)
    assert desk.record.status == "ended"
    assert any(isinstance(each, on.Announced) and "no longer follow" in each.text for each in desk.put)


def test_what_is_left_out_is_told(desk: CallDesk) -> None:
    desk.turns.watch(on.Ready(), SPOKEN_TO)  # the engine is somebody else's
    for _ in range(10):
        desk.sound("owner", 15.0, voice=True)
        desk.sound("owner", 1.0, voice=False)
    desk.settle()
    assert desk.notices.count(LOST.format(seconds=16)) >= 2
    facts = desk.calls.facts()
    assert facts and facts["lost_s"] > 15 and facts["waiting_s"] <= 120
    desk.turns.watch(on.Ready(), AT_REST)


def test_it_ends_with_the_appliance(store: Store) -> None:
    desk = CallDesk(store)
    with desk.running():
        desk.begin()
        desk.say("owner", "I'll send you the quote by Friday.")
    assert desk.record.status == "ended" and len(desk.record.proposals) == 1


def test_a_full_disk_is_told_once_and_the_call_goes_on(desk: CallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DiskFull(path="equerry.db")

    monkeypatch.setattr(desk.store, "transaction", full)
    desk.say("owner", "I'll send you the quote by Friday.")
    desk.say("owner", "I'll call you tomorrow at nine.")
    assert len(desk.notices) == 1 and len(desk.of(SegmentHeard)) == 2


def held_now() -> int:
    """Bytes, a moment from now."""
    time.sleep(0.1)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_an_hour_grows_nothing(desk: CallDesk) -> None:
    """What the second half of it holds beside the first is less than a second of sound."""
    tracemalloc.start()
    held = []
    for half in range(2):
        for number in range(40):
            desk.say("other" if number % 2 else "owner", f"This is remark number {number}.")
            desk.clock.now += 45
            desk.told.clear()
            desk.recogniser.heard.clear()
        held.append(min(held_now() for _ in range(10)))  # its thread may just compare both sides
        assert desk.clock.now - 1_000 > 1_900 * (half + 1)
    tracemalloc.stop()
    assert held[1] - held[0] < 32_000 + 40 * 1_000, held
