"""The screen, through Textual's pilot: what stands on it in each state, its keys, and a real socket behind it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from device.messages import snapshot as snapshots
from device.turn import events as on
from device.turn.session import Session
from device.watch.follower import AWAY, ENDED
from device.watch.screen import Help, Peak, Watching
from tests.answering import answering
from tests.recordings import AT, STATES, saying, woken
from tests.shown import picture, text_of


@pytest.mark.parametrize("state", sorted(STATES))
def test_each_state_on_eighty_by_twenty_four(state: str) -> None:
    lines = text_of([STATES[state]], at=AT).split("\n")
    assert len(lines) == 24 and all(len(line) == 80 for line in lines)
    assert lines[0].startswith(" equerry 0.1.0 · desk · process 4242") and lines[0].rstrip().endswith("09:30:15")
    assert f"─ {STATES[state].light.state} ─" in lines[1]
    assert lines[-1].split() == ["q", "quit", "m", "mute", "t", "talk", "s", "stop", "?", "help"]
    assert "█" in lines[3], "the ring"


def test_what_stands_where() -> None:
    lines = text_of([STATES["listening"]], at=AT).split("\n")
    assert "● Listening" in lines[2] and "… remind me to call the bank tomorrow at" in lines[3]
    assert "mic ███" in lines[7] and "−21 dB" in lines[7] and "out ───" in lines[7]
    assert "Jobs" in lines[9] and "Tasks · 23" in lines[9] and "late 1 d" in lines[10]
    assert "Latency · 42 spoken" in lines[16] and "Log" in lines[16] and "whole turn" in lines[18]
    assert lines[17].split("│")[1].split() == ["half", "95", "%"]


def test_changes_are_folded_in() -> None:
    text = text_of(
        [
            STATES["idle"],
            woken(0.9),
            snapshots.PhaseMessage("listening", 14),
            saying("what is"),
        ],
        at=AT,
    )
    assert "Listening" in text and "… what is" in text and "Two." not in text


@pytest.mark.parametrize("size", [(120, 40), (200, 60), (60, 16)])
def test_other_sizes(size: tuple[int, int]) -> None:
    lines = text_of([STATES["acting"]], size=size, at=AT).split("\n")
    assert len(lines) == size[1] and all(len(line) == size[0] for line in lines)
    assert "Doing it" in "\n".join(lines) and "Jobs · 3" in "\n".join(lines)


def test_too_small_is_told_so() -> None:
    text = text_of([STATES["idle"]], size=(40, 10), at=AT)
    assert "40 × 10 is too small" in text and "Jobs" not in text


def test_what_may_be_no_more_so_is_not_shown() -> None:
    text = text_of([STATES["listening"]], at=AT, away=ENDED)
    assert ENDED in text and "Not connected" in text
    assert "Listening" not in text and "remind me" not in text and "Send the offer" not in text


def test_help_and_back() -> None:
    assert "without the wake word" in text_of([STATES["idle"]], at=AT, keys=["question_mark"])
    assert "without the wake word" not in text_of([STATES["idle"]], at=AT, keys=["question_mark", "x"])
    assert "without the wake word" not in text_of([STATES["idle"]], at=AT, keys=["question_mark", "question_mark"])


def test_it_can_be_drawn() -> None:
    svg = picture([STATES["speaking"]], size=(100, 30), at=AT)
    assert svg.startswith("<svg") and "Speaking" in svg and "#00" in svg


def test_hostile_words_are_only_words() -> None:
    hostile = snapshots.TaskRow("[bold red]x[/] [@click=app.quit]y[/] \\[ {z}")
    text = text_of([replace(STATES["idle"], tasks=snapshots.TasksMessage(1, (hostile,)))], size=(140, 40), at=AT)
    assert "[bold red]x[/] [@click=app.quit]y[/] \\[ {z}" in text


def test_a_peak_is_held_and_falls() -> None:
    peak = Peak()
    assert peak.of(snapshots.LevelMessage(None), 0) is None
    assert peak.of(snapshots.LevelMessage(-10), 1) == -10
    assert peak.of(snapshots.LevelMessage(-50), 2) == -10
    assert peak.of(snapshots.LevelMessage(-50), 3.5) == pytest.approx(-30)
    assert peak.of(snapshots.LevelMessage(-50), 6) == -50
    assert peak.of(snapshots.LevelMessage(None), 7) is None


async def until(pilot: object, holds: object, within: float = 20.0) -> None:
    end = asyncio.get_running_loop().time() + within
    while not holds():  # type: ignore[operator]
        assert asyncio.get_running_loop().time() < end, "it never came"
        await pilot.pause(0.02)  # type: ignore[attr-defined]


def test_it_waits_for_the_appliance_follows_it_and_asks_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()

    async def watch() -> None:
        app = Watching(folder, now=lambda: AT)
        async with app.run_test(size=(80, 24)) as pilot:

            def shown(name: str) -> str:
                return str(app.query_one(f"#{name}", Static).render())

            await until(pilot, lambda: AWAY[:30] in shown("away"))
            with answering(folder) as one:
                feed = one.control.feed
                feed.watch(on.Ready(), Session(phase="idle"))
                await until(pilot, lambda: "Waiting" in shown("now"))
                assert shown("away") == ""
                for key, event in (("t", on.ListenAsked()), ("m", on.MuteAsked(True)), ("s", on.StopAsked())):
                    await pilot.press(key)
                    await until(pilot, lambda event=event: event in one.put)  # type: ignore[misc]
                feed.watch(on.Pressed(), Session(phase="listening", turn=2))
                await until(pilot, lambda: "Listening" in shown("now"))
                one.put.clear()
                await pilot.press("t")
                await until(pilot, lambda: on.StopAsked() in one.put)
                feed.watch(on.SwitchTurned(True), Session(phase="muted", muted=True, switched_off=True))
                await until(pilot, lambda: "by the switch" in shown("now"))
                await pilot.press("m")
                await until(pilot, lambda: any("switch on the device" in each.message for each in app._notifications))
            await until(pilot, lambda: "The appliance" in shown("away") and "Not connected" in shown("now"))
            with answering(folder, loading=True):
                await until(pilot, lambda: "loading" in shown("head"))
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(app.screen, Help))
            await pilot.press("escape")
            await pilot.press("q")
            await until(pilot, lambda: not app.is_running or app._exit)

    asyncio.run(watch())
