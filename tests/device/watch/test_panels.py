"""What the panels say of a snapshot, in any width."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from device.messages import snapshot as snapshots
from device.turn.session import PHASES
from device.watch import panels
from device.watch.ring import pixels_of, ring
from tests.recordings import AT, JOBS, STATES, TASKS, said, saying, snapshot


def plain(lines: list[Text]) -> list[str]:
    return [line.plain.rstrip() for line in lines]


def test_every_phase_has_words_and_a_sign() -> None:
    assert set(panels.PHASES) == set(PHASES)
    assert len({words for _, words, _ in panels.PHASES.values()}) == len(PHASES)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("idle", "○ Waiting  for “hey jarvis” or the button  [timer]"),
        ("listening", "● Listening  words are understood"),
        ("acting", "◐ Doing it  with 2 jobs"),
        ("asking", "◌ Waiting for your answer"),
        ("muted", "● Muted  press m to open the microphone"),
        ("fault", "◌ No sound: No sound comes from USB Audio."),
        ("loading", "◐ Loading the models"),
    ],
)
def test_the_phase_in_words(state: str, words: str) -> None:
    assert panels.phase_line(STATES[state]).plain == words


def test_who_muted_it_what_rings_and_the_broker() -> None:
    off = snapshot("muted", phase=snapshots.PhaseMessage("muted", 1, muted=True, switched_off=True))
    assert panels.phase_line(off).plain == "● Muted  by the switch on the device"
    ringing = snapshot("ringing", phase=snapshots.PhaseMessage("ringing", 1, ringing="Tea is ready.", broker="away"))
    assert panels.phase_line(ringing).plain == "◌ Ringing: Tea is ready.  [broker away]"


def test_what_was_said() -> None:
    assert plain(panels.heard_lines(STATES["listening"], 60)) == ["… remind me to call the bank tomorrow at"]
    assert plain(panels.heard_lines(STATES["asking"], 60)) == ["“Delete all tasks”", "? All 23?"]
    long = snapshot("listening", partial=saying("word " * 100))
    assert len(panels.heard_lines(long, 40)) == 2 and panels.heard_lines(long, 40)[0].plain.startswith("…")


def test_jobs_by_how_long_they_run() -> None:
    assert plain(panels.jobs(STATES["acting"], AT, 66, 5)) == [
        "▶    3 s Add milk and eggs to the groceries and remind me at six",
        "▶  1 min Write the report of November                   mqtt:phone",
        "·    8 s Back up everything                                console",
    ]
    many = snapshot("acting", jobs=replace(JOBS, running=2, queued=40))
    assert plain(panels.jobs(many, AT, 66, 2)) == [
        "▶    3 s Add milk and eggs to the groceries and remind me at six",
        "and 41 more",
    ]


def test_tasks_by_when_they_are_due() -> None:
    assert plain(panels.tasks(STATES["idle"], AT, 40, 8)) == [
        "‼ late 1 d  Send the offer to Northwind",
        "! 11:00     Call the bank about the ove…",
        "  14:30     Review the contract with No…",
        "  today     Book flights to Lisbon",
        "  tomorrow  Quarterly figures",
        "  02 Dec    Water the plants",
        "            Learn Portuguese",
        "and 16 more",
    ]
    soon = snapshot(
        "idle",
        tasks=snapshots.TasksMessage(
            2, (snapshots.TaskRow("a", AT - timedelta(minutes=5)), snapshots.TaskRow("b", AT + timedelta(days=3)))
        ),
    )
    assert plain(panels.tasks(soon, AT, 40, 8)) == ["  late 5 min a", "  Thu 09:30 b"]


def test_latency_of_the_whole_and_what_takes_longest() -> None:
    told_ = STATES["idle"].latency
    assert panels.latency_title(told_) == "Latency · 42 spoken · 3 near misses"
    head, *lines = plain(panels.latency(told_, 40, 5))
    assert head == "half   95 %".rjust(40)
    assert plain(panels.latency(told_, 40, 3))[0] == lines[0], "where there is little room, figures only"
    assert [line.split()[0] for line in lines] == ["whole", "silence", "words", "meaning"]
    assert lines[0].endswith("0.72 s 1.44 s") and "━" in lines[0] and lines[3].endswith(" 12 ms 0.43 s")


def test_the_log_with_what_is_missing() -> None:
    assert plain(panels.log(STATES["idle"].log, AT, 44, 4)) == [
        "09:27 ✗ The microphone USB Audio stopped",
        "09:29 ! (9,980 before it) The MQTT broker",
        "        can't be reached (connection",
        "        refused).",
    ]


def test_a_meter_shows_level_and_peak() -> None:
    assert panels.meter("mic", -35.0, -14.0, 32).plain == "mic ██████████──────│───  −35 dB"
    assert panels.meter("mic", -35.0, None, 32).plain == "mic ██████████──────────  −35 dB"
    assert panels.meter("mic", None, None, 32).plain == "mic ────────────────────  silent"
    assert panels.meter("mic", 3.0, 3.0, 32).plain == "mic ████████████████████    3 dB"


def test_the_ring_is_round_and_lit_from_the_top() -> None:
    text = ring([(255, 0, 0), *[(0, 0, 0)] * 23], 6)
    rows = text.plain.split("\n")
    assert [len(row) for row in rows] == [12] * 6
    assert rows[0] == "  ▄▄████▄▄  " and rows[2] == "██        ██" and rows[5] == "  ▀▀████▀▀  "
    red = [span.start for span in text.spans if "ff" in str(span.style)]
    assert red and all(at < 12 for at in red), "the first is at the top"


def test_a_light_that_is_dark_can_be_seen() -> None:
    assert "█" in ring([(0, 0, 0)] * 24, 6).plain and "█" in ring([], 6).plain
    assert pixels_of("ff0000zz") == [] and pixels_of("ff000000") == [(255, 0, 0)]


@settings(max_examples=60)
@given(st.sampled_from(sorted(STATES)), st.integers(8, 120), st.integers(1, 12), st.text(max_size=80))
@example("acting", 24, 1, "")
def test_nothing_is_wider_or_higher_than_there_is_room(state: str, width: int, height: int, words: str) -> None:
    now = replace(
        STATES[state],
        tasks=snapshots.TasksMessage(3, (snapshots.TaskRow(words, AT), *TASKS.first[:2])),
        log=(snapshots.LogMessage(AT, "error", words), *STATES["idle"].log),
    )
    for lines in (
        panels.jobs(now, AT, width, height),
        panels.tasks(now, AT, width, height),
        panels.latency(now.latency, width, height),
        panels.log(now.log, AT, width, height),
    ):
        assert len(lines) <= height
        if width >= 24:
            assert all(cell_len(line.plain) <= width for line in lines)
    assert len(panels.heard_lines(replace(now, final=said(words)), width)) <= 4
