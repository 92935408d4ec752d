"""Jobs and the phases: how many run is in view, what takes long frees the ear, and what came of it is told later."""

from __future__ import annotations

from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import PHASES, STILL, Session, step
from services.actions.base import Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command, Step
from services.wake.base import Detection

REPORT = Command("make a report", (Step("report.create"),), 1.0, "template")


def play(session: Session, *events: on.Event) -> tuple[Session, list[do.Effect]]:
    done: list[do.Effect] = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


def changed(running: int) -> on.JobChanged:
    return on.JobChanged("beside", "microphone", running)


def acting(running: int = 1) -> Session:
    heard = on.FinalHeard(1, Final("make a report", 0.9, 0.0))
    ended = on.SpeechEnded(1, Endpoint(3.0, "silence", 1.0, 2.3))
    woken = on.WakeHeard(1, Detection("hey_jarvis", 0.9, 1.0))
    return play(Session(), on.Ready(), woken, ended, heard, on.ActingBegan(1, REPORT), changed(running))[0]


def replied(turn: int, *, awaits: bool = False) -> on.Replied:
    return on.Replied(
        turn,
        Response(
            REPORT, (Outcome("report.create", not awaits, "Made."),), Reply("Which one?" if awaits else "Made.", awaits)
        ),
    )


def test_how_many_run_is_in_view_in_every_phase() -> None:
    for phase in PHASES:
        session, effects = step(Session(phase=phase, serial=3), changed(2))
        assert (session.running, session.phase, session.serial, effects) == (2, phase, 3, ())


def test_what_takes_long_frees_the_ear_and_is_told_when_it_is_done() -> None:
    session = acting()
    session, effects = step(session, on.DeadlineCame(session.serial))
    assert (session.phase, effects) == ("speaking", (do.Speak(session.turn, STILL),))
    session, _ = play(session, on.Played(session.turn, finished=True))
    assert session.phase == "idle"
    session, effects = step(session, replied(1))
    assert session.phase == "speaking" and do.Speak(session.turn, "Made.") in effects


def test_without_a_job_a_phase_that_lasts_too_long_is_given_up() -> None:
    session = acting(running=0)
    session, effects = step(session, on.DeadlineCame(session.serial))
    assert session.phase == "idle" and do.Chime("failed") in effects


def test_a_new_turn_while_it_runs_and_its_reply_after_that() -> None:
    session, _ = play(acting(), on.WakeHeard(3, Detection("hey_jarvis", 0.9, 9.0)), replied(1))
    assert session.phase == "listening" and [each.text for each in session.untold] == ["Made."]
    session, _ = play(session, on.SpeechEnded(3, Endpoint(12.0, "no_speech")))
    assert session.phase == "speaking" and session.last_reply == "Made."


def test_a_late_question_opens_the_ear() -> None:
    session, _ = play(acting(), on.WakeHeard(3, Detection("hey_jarvis", 0.9, 9.0)), replied(1, awaits=True))
    session, _ = play(session, on.SpeechEnded(3, Endpoint(12.0, "no_speech")))
    assert session.awaits and not session.untold
    session, effects = play(session, on.Played(session.turn, finished=True))
    assert session.phase == "asking" and do.OpenEar(session.turn, heard=False, answer=True) in effects


def test_one_that_was_stopped_by_word_ends_without_words() -> None:
    stopped = on.Replied(1, Response(REPORT, (Outcome("report.create", False, "", "action.cancelled"),), Reply("")))
    session, effects = step(acting(), stopped)
    assert session.phase == "idle" and not [effect for effect in effects if isinstance(effect, do.Speak)]
    session, effects = step(Session(phase="idle", turn=5), stopped)
    assert (session.phase, effects) == ("idle", ())
