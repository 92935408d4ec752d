"""What comes from afar, from the switch and from other devices: each question gets one answer, the switch has the last
word.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from device.turn import effects as do
from device.turn import events as on
from device.turn.machine import PHASES, SWITCHED_OFF, Phase, Session, step
from device.turn.rows.remote import MOST_QUESTIONS
from device.turn.rows.talk_button import ID as FACTORY
from device.turn.session import MOST_NOTICES, Speech
from services.actions.base import Due, Outcome, Reply, Response
from services.speech.base import Endpoint, Final
from services.understanding.base import Command, Step
from services.wake.base import Detection
from tests.any_events import OPENS, Coming, runs

DUE = Due("timer", "1", datetime(2026, 11, 23, tzinfo=UTC), "Your timer is done.")
DETECTION = Detection("hey_jarvis", 0.9, 1.0)
HEARD = Final("yes please", 0.8, 0.1)
ENDED = Endpoint(3.0, "silence", 1.0, 2.3)


def command(action: str = "task.create") -> Command:
    return Command("text", (Step(action),), 1.0, "template")


def replied(turn: int, text: str = "Done.", action: str = "task.create", awaits: bool = False) -> on.Replied:
    return on.Replied(turn, Response(command(action), (Outcome(action, True, text),), Reply(text, awaits)))


def play(session: Session, *events: on.Event) -> tuple[Session, list[do.Effect]]:
    done: list[do.Effect] = []
    for event in events:
        session, effects = step(session, event)
        done += effects
    return session, done


IDLE = play(Session(), on.Ready())[0]
LISTENING = play(IDLE, on.WakeHeard(1, DETECTION), on.ClaimSettled(1, won=True))[0]
THINKING = play(LISTENING, on.SpeechEnded(1, ENDED), on.FinalHeard(1, Final("add milk", 0.9, 0.0)))[0]
ACTING = play(THINKING, on.ActingBegan(1, command()))[0]
SPEAKING = play(ACTING, replied(1, "One. Two. Three."))[0]
ASKING = play(ACTING, replied(1, "When?", awaits=True), on.Played(1, True))[0]
RINGING = play(IDLE, on.DueCame(DUE))[0]
MUTED = play(IDLE, on.MuteAsked(True))[0]
FAULT = play(IDLE, on.MicrophoneFailed("gone"))[0]
EVERY: dict[Phase, Session] = {
    "starting": Session(),
    "idle": IDLE,
    "listening": LISTENING,
    "thinking": THINKING,
    "acting": ACTING,
    "speaking": SPEAKING,
    "asking": ASKING,
    "ringing": RINGING,
    "muted": MUTED,
    "fault": FAULT,
}
QUESTION = on.QuestionAsked("q", "Shall I close the door?")
PUT = play(IDLE, QUESTION)[0]
"""It is being spoken."""
OPEN = play(PUT, on.Played(PUT.turn, True))[0]
"""Its answer is listened for."""
URGENT = on.Announced("The door is open.", urgent=True)


def test_the_sessions_are_in_the_phases_they_are_named_for() -> None:
    assert {phase: session.phase for phase, session in EVERY.items()} == {phase: phase for phase in PHASES}
    assert (PUT.phase, OPEN.phase) == ("speaking", "asking")


REMOTE = (on.QuestionAsked, on.Announced, on.MuteAsked, on.SwitchTurned, on.StopAsked, on.ListenAsked)


@settings(max_examples=400)
@given(runs(*REMOTE), OPENS)
def test_each_question_gets_exactly_one_answer(run: list[Coming], open_s: float) -> None:
    session, asked, answers = Session(open_s=open_s), Counter[str](), Counter[str]()
    for coming in [*run, Coming(on.Stopping())]:
        event = coming.to(session)
        session, effects = step(session, event)
        asked.update([event.id] if isinstance(event, on.QuestionAsked) else [])
        answers.update(effect.id for effect in effects if isinstance(effect, do.Answer) and effect.id != FACTORY)
        broken_off = session.broken and session.broken.question
        open_now = [each for each in (session.question, broken_off, *session.questions) if each]
        assert asked == answers + Counter(each.id for each in open_now if not each.factory)
    assert asked == answers


@given(runs(*REMOTE), runs(*REMOTE), OPENS)
def test_nothing_lifts_what_the_switch_has_closed(before: list[Coming], after: list[Coming], open_s: float) -> None:
    session = Session(open_s=open_s)
    for coming in before:
        session, _ = step(session, coming.to(session))
    session, _ = step(session, on.SwitchTurned(closed=True))
    for coming in after:
        event = coming.to(session)
        if event == on.SwitchTurned(closed=False):
            continue
        session, effects = step(session, event)
        assert session.muted and session.switched_off
        assert not [effect for effect in effects if isinstance(effect, do.OpenMicrophone | do.OpenEar | do.Claim)]


@given(runs(*REMOTE, on.Played), OPENS)
def test_what_is_urgent_is_said_and_no_reply_is_lost_to_it(run: list[Coming], open_s: float) -> None:
    session, said, came = Session(open_s=open_s), 0, 0
    for coming in run:
        event = coming.to(session)
        if isinstance(event, on.Announced):
            event = replace(event, text=URGENT.text if event.urgent else "Lunch is ready.")
        before = session
        session, effects = step(session, event)
        came += isinstance(event, on.Announced) and event.urgent
        said += sum(effect.text.count(URGENT.text) for effect in effects if isinstance(effect, do.Speak))
        waiting = sum(words.text.count(URGENT.text) for words in session.untold)
        assert said + waiting >= came
        if isinstance(event, on.Played) and event.left and event.turn == before.turn and before.phase == "speaking":
            kept = [each for each in (session.saying, *session.untold) if each]
            assert event.left in " ".join(each.text for each in kept), "said on, or waiting for what rings before it"


# --- announcements
# ------------------------------------------------------------------------------------------------------------------


def test_an_urgent_announcement_comes_between_two_sentences_and_the_rest_behind_it() -> None:
    session, effects = play(SPEAKING, URGENT)
    assert (session.phase, effects) == ("speaking", [do.BreakOff(1)])
    session, effects = play(session, on.Played(1, False, "Two. Three."))
    assert effects == [do.Speak(session.turn, URGENT.text)]
    session, effects = play(session, on.Played(session.turn, True))
    assert effects == [do.Speak(session.turn, "Two. Three.")]
    assert play(session, on.Played(session.turn, True))[0].phase == "idle"


def test_a_reply_that_asks_still_asks_after_it_was_interrupted() -> None:
    session = play(ACTING, replied(1, "Two Annas. Which one?", awaits=True), URGENT, on.Played(1, False, "Which one?"))[
        0
    ]
    session = play(session, on.Played(session.turn, True))[0]
    assert session.awaits
    assert play(session, on.Played(session.turn, True))[0].phase == "asking"


def test_an_urgent_announcement_that_came_at_the_last_sentence_is_said_before_the_ear_opens() -> None:
    session, effects = play(ACTING, replied(1, "When?", awaits=True), URGENT, on.Played(1, True))
    assert effects[-1] == do.Speak(session.turn, URGENT.text)
    session, effects = play(session, on.Played(session.turn, True))
    assert (session.phase, effects) == ("asking", [do.OpenEar(session.turn, heard=False, answer=True)])


def test_an_urgent_announcement_while_an_answer_is_awaited() -> None:
    session, effects = play(ASKING, URGENT)
    assert effects == [do.CloseEar(), do.Speak(session.turn, URGENT.text)]
    assert play(session, on.Played(session.turn, True))[0].phase == "asking"
    assert play(ASKING, on.Announced("Lunch."))[1] == []


@pytest.mark.parametrize("phase", ["listening", "thinking", "acting", "ringing"])
def test_what_is_urgent_waits_for_whoever_speaks_and_for_an_alarm(phase: Phase) -> None:
    session, effects = play(EVERY[phase], on.Announced("Lunch."), URGENT)
    assert (session.phase, effects) == (phase, [])
    assert [words.text for words in session.untold] == [URGENT.text, "Lunch."]


def test_what_is_due_rings_before_a_mere_notice_and_after_what_is_urgent() -> None:
    session = play(SPEAKING, on.Announced("Lunch."), on.DueCame(DUE), URGENT, on.Played(1, True))[0]
    assert session.saying == Speech(URGENT.text, rank="urgent")
    session = play(session, on.Played(session.turn, True))[0]
    assert session.ringing == DUE
    session = play(session, on.Pressed())[0]
    assert session.saying and session.saying.text == "Lunch."


def test_a_volume_is_of_one_announcement_alone() -> None:
    session, effects = play(LISTENING, on.Announced("Softly.", volume=0.2), on.Announced("Lunch."), on.StopAsked())
    assert effects[-1] == do.Speak(session.turn, "Softly.", 0.2)
    assert play(session, on.Played(session.turn, True))[1] == [do.Speak(session.turn + 2, "Lunch.")]


def test_a_flood_of_announcements_is_bounded_and_said_in_portions() -> None:
    session = play(
        LISTENING, *[on.Announced(f"Notice number {number} of many.") for number in range(1000)], replied(0, "Done.")
    )[0]
    assert len(session.untold) == MOST_NOTICES + 1
    session, effects = play(session, on.StopAsked())
    assert effects[-1] == do.Speak(session.turn, "Done.")
    session, effects = play(session, on.Played(session.turn, True))
    assert isinstance(effects[-1], do.Speak) and len(effects[-1].text) <= 600


# --- listening, stopping, muting
# ----------------------------------------------------------------------------------------------------


SOUNDS: dict[Phase, list[do.Effect]] = {"idle": [], "speaking": [do.Hush()], "ringing": [do.Hush(), do.Rung(DUE)]}
"""Phases in which the ear is not open and can be, and what ends then."""


def test_nobody_listens_from_afar_through_a_closed_microphone() -> None:
    speaking = play(EVERY["speaking"], on.MuteAsked(True))[0]
    assert speaking.phase == "speaking" and play(speaking, on.ListenAsked()) == (speaking, [])


@pytest.mark.parametrize("phase", PHASES)
def test_listening_from_afar_opens_the_ear_over_what_sounds(phase: Phase) -> None:
    session, effects = play(EVERY[phase], on.ListenAsked())
    if phase in SOUNDS:
        opened = [do.OpenEar(session.turn), do.Claim(session.turn, asked=True)]
        assert (session.phase, effects) == ("listening", [*SOUNDS[phase], *opened])
    else:
        assert (session, effects) == (EVERY[phase], [])


@pytest.mark.parametrize("phase", PHASES)
def test_push_to_talk_from_afar_holds_the_ear_open_until_it_is_let_go(phase: Phase) -> None:
    held, effects = play(EVERY[phase], on.ListenAsked(held=True))
    if phase not in (*SOUNDS, "listening", "asking"):
        assert (held, effects) == (EVERY[phase], [])
        return
    turn, question = held.turn, EVERY[phase].question
    assert effects == (
        [*SOUNDS[phase], do.OpenEar(turn, held=True), do.Claim(turn, asked=True)]
        if phase in SOUNDS
        else [do.HoldEar(turn)]
    )
    assert held.phase == ("listening" if phase in SOUNDS else phase) and held.question == question
    assert held.serial > EVERY[phase].serial, "with all the time there is"
    released, effects = play(held, on.SpeechBegan(turn), on.ReleaseAsked())
    assert effects == [do.LetGo(turn, ends=True)]
    assert play(released, on.ReleaseAsked())[1] == []


def test_letting_go_from_afar_ends_no_turn_that_was_not_held() -> None:
    for session in EVERY.values():
        assert play(session, on.ReleaseAsked())[1] == []
    held = play(IDLE, on.ListenAsked(held=True))[0]
    after = play(held, on.DeadlineCame(held.serial), on.WakeHeard(held.turn + 3, DETECTION))[0]
    assert after.phase == "listening" and play(after, on.ReleaseAsked())[1] == []


@pytest.mark.parametrize("phase", PHASES)
def test_stopping_from_afar_ends_what_sounds_and_lets_commands_run(phase: Phase) -> None:
    session, effects = play(EVERY[phase], on.StopAsked())
    expected: dict[str, list[do.Effect]] = {
        "speaking": [do.Hush()],
        "listening": [do.CloseEar()],
        "asking": [do.CloseEar()],
        "ringing": [do.Hush(), do.Rung(DUE)],
    }
    assert effects == expected.get(phase, [])
    assert session.phase == ("idle" if phase in expected else phase)


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase != "muted"])
def test_muting_from_any_phase(phase: Phase) -> None:
    session, effects = play(EVERY[phase], on.MuteAsked(True))
    assert session.muted and session.silenced and do.CloseMicrophone() in effects
    goes_on = phase in ("starting", "thinking", "acting", "speaking", "ringing")
    assert session.phase == (phase if goes_on else "muted")
    assert play(session, on.MuteAsked(True)) == (session, [])


def test_unmuting_from_afar() -> None:
    session, effects = play(MUTED, on.MuteAsked(False))
    assert (session.phase, effects) == ("idle", [do.OpenMicrophone()])
    assert play(session, on.MuteAsked(False)) == (session, [])


def test_the_switch_closes_and_what_was_muted_before_stays_so() -> None:
    session, effects = play(MUTED, on.SwitchTurned(True))
    assert (session.phase, effects) == ("muted", [])
    assert play(session, on.SwitchTurned(False))[0].phase == "muted"
    session, effects = play(IDLE, on.SwitchTurned(True), on.SwitchTurned(False))
    assert (session.phase, effects) == ("idle", [do.CloseMicrophone(), do.OpenMicrophone()])


def test_button_and_voice_are_told_that_the_switch_is_closed() -> None:
    session = play(IDLE, on.SwitchTurned(True))[0]
    after, effects = play(session, on.Pressed(), on.Released(0.1), on.Tapped(1))
    assert (after, effects) == (session, [do.Chime("failed")])
    asked = play(session, on.TextGiven("unmute"))[0]
    asked, effects = play(asked, on.MuteAsked(False), replied(asked.turn, "", "control.unmute"))
    assert effects == [do.Speak(asked.turn, SWITCHED_OFF)] and asked.muted


def test_who_mutes_while_it_is_switched_off_finds_it_muted_afterwards() -> None:
    session = play(IDLE, on.SwitchTurned(True), on.MuteAsked(True), on.SwitchTurned(False))[0]
    assert (session.phase, session.silenced) == ("muted", True)


def test_a_wake_word_that_was_just_heard_does_not_open_what_was_closed() -> None:
    session = play(SPEAKING, on.MuteAsked(True))[0]
    assert play(session, on.WakeHeard(3, DETECTION)) == (session, [])


# --- questions
# ----------------------------------------------------------------------------------------------------------------------


def test_a_question_is_spoken_heard_and_answered_and_is_no_command() -> None:
    session, effects = play(IDLE, QUESTION)
    assert effects == [do.Speak(session.turn, QUESTION.text)]
    session, effects = play(session, on.Played(session.turn, True))
    assert (session.phase, effects) == ("asking", [do.OpenEar(session.turn, heard=False, answer=True)])
    session, effects = play(session, on.SpeechEnded(session.turn, ENDED), on.FinalHeard(session.turn, HEARD))
    assert (session.phase, effects) == ("idle", [do.Answer("q", "yes please", 0.8), do.Chime("done")])


@pytest.mark.parametrize(
    "ends",
    [
        on.SpeechEnded(OPEN.turn, Endpoint(5.0, "no_speech")),
        on.FinalHeard(OPEN.turn, Final("", 0.1, 0.9, dropped="phrase")),
        on.DeadlineCame(OPEN.serial),
        on.MuteAsked(True),
        on.SwitchTurned(True),
        on.StopAsked(),
        on.Tapped(2),
        on.WakeHeard(OPEN.turn + 1, DETECTION),
        on.TextGiven("add milk"),
        on.MicrophoneFailed("gone"),
        on.Stopping(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_a_question_that_gets_no_answer(ends: on.Event) -> None:
    assert [effect for effect in play(OPEN, ends)[1] if isinstance(effect, do.Answer)] == [do.Answer("q")]


def test_muting_while_a_question_is_spoken_ends_it_at_once() -> None:
    session, effects = play(PUT, on.MuteAsked(True))
    assert session.phase == "muted"
    assert effects == [do.Answer("q"), do.Hush(), do.CloseMicrophone()]


@pytest.mark.parametrize("session", [MUTED, FAULT])
def test_what_cannot_be_heard_is_not_asked(session: Session) -> None:
    assert play(session, QUESTION) == (session, [do.Answer("q")])


def test_questions_wait_for_each_other_and_too_many_are_refused() -> None:
    several = [on.QuestionAsked(str(number), "Why?") for number in range(MOST_QUESTIONS + 2)]
    session, effects = play(PUT, *several)
    assert effects == [do.Answer(str(MOST_QUESTIONS)), do.Answer(str(MOST_QUESTIONS + 1))]
    session, effects = play(session, on.StopAsked())
    assert session.question and session.question.id == "0"
    assert effects == [do.Answer("q"), do.Hush(), do.Speak(session.turn, "Why?")]
    _, effects = play(session, on.SwitchTurned(True))
    assert [effect.id for effect in effects if isinstance(effect, do.Answer)] == [
        str(number) for number in range(MOST_QUESTIONS)
    ]


def test_an_urgent_announcement_in_the_middle_of_a_question_loses_no_answer() -> None:
    session = play(OPEN, URGENT)[0]
    session = play(session, on.Played(session.turn, True))[0]
    assert session.phase == "asking"
    _, effects = play(session, on.FinalHeard(session.turn, HEARD))
    assert effects[0] == do.Answer("q", "yes please", 0.8)
    session, effects = play(PUT, URGENT)
    assert effects == [], "a question is asked to its end"
    session, effects = play(session, on.Played(session.turn, True))
    assert session.question and effects == [do.Speak(session.turn, URGENT.text)]


# --- several devices
# ----------------------------------------------------------------------------------------------------------------

WOKEN = play(IDLE, on.WakeHeard(1, DETECTION))[0]


def test_the_chime_waits_for_the_claim() -> None:
    session, effects = play(IDLE, on.WakeHeard(1, DETECTION))
    assert (session.phase, effects) == ("listening", [do.Claim(1)])
    session, effects = play(session, on.ClaimSettled(1, won=True))
    assert (session.phase, effects) == ("listening", [do.Chime("heard")])


def test_who_loses_is_silent_and_carries_nothing_out() -> None:
    session, effects = play(WOKEN, on.ClaimSettled(1, won=False))
    assert (session.phase, effects) == ("idle", [do.CloseEar()])
    assert play(session, on.SpeechEnded(1, ENDED), on.FinalHeard(1, HEARD)) == (session, [])


def test_a_claim_of_an_earlier_turn_is_stale() -> None:
    session = play(WOKEN, on.ClaimSettled(1, won=True), on.WakeHeard(3, DETECTION))[0]
    assert play(session, on.ClaimSettled(1, won=False)) == (session, [])


def test_words_are_not_lost_to_a_claim_that_is_settled_late() -> None:
    ended = play(WOKEN, on.SpeechEnded(1, ENDED))[0]
    assert play(ended, on.ClaimSettled(1, won=False))[0].phase == "idle"
    session, effects = play(ended, on.ClaimSettled(1, won=True), on.FinalHeard(1, HEARD))
    assert effects == [do.Respond(1, "yes please", 0.8)]
    session, effects = play(ended, on.FinalHeard(1, HEARD))
    assert effects == [do.Respond(1, "yes please", 0.8)], "no answer in time: it is ours"
    assert play(session, on.ClaimSettled(1, won=False)) == (session, []), "and stays so"


# --- the broker
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", PHASES)
def test_a_broker_that_is_away_changes_nothing_but_that_it_is_known(phase: Phase) -> None:
    away, effects = play(EVERY[phase], on.BrokerChanged(False, "refused"))
    assert (away.phase, away.broker, away.broker_reason, effects) == (phase, "away", "refused", [])
    there = play(away, on.BrokerChanged(True))[0]
    assert (there.phase, there.broker) == (phase, "there")


def signal(says: str) -> on.SignalHeard:
    return on.SignalHeard(replace(DETECTION, word="own_word"), says)


@pytest.mark.parametrize("phase", [phase for phase in PHASES if phase not in ("starting", "muted", "fault")])
def test_a_word_that_stands_for_something_is_as_that_typed_or_asked_for(phase: Phase) -> None:
    assert step(EVERY[phase], signal("run the good night routine")) == step(
        EVERY[phase], on.TextGiven("run the good night routine")
    )
    assert step(EVERY[phase], signal("")) == step(EVERY[phase], on.StopAsked())


@pytest.mark.parametrize("phase", ["starting", "muted", "fault"])
def test_no_word_is_heard_where_nobody_listens(phase: Phase) -> None:
    assert step(EVERY[phase], signal("add milk")) == (EVERY[phase], ())
