"""What the guide says. Short enough to be listened to, and true of this device."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from device.calibration.levels import LOUD, MURKY, QUIET
from device.configuration.zone import spoken
from device.guide.answers import spelled
from device.guide.base import Here, Measured, State

GOES_ON = "We were setting me up; let's go on."
BEGINS_ANEW = "I could not read how far we were, so the setup begins anew."
LATER = "All right. Say, continue the setup, whenever you like."
LATER_TYPED = "All right. To go on where you stopped: equerry setup"
YES_OR_NO = "Yes or no?"

ASK_NAME = "What is your name?"
NO_NAME = "I did not get a name."
SORRY = "Sorry."
NAME_LATER = "I don't get it right, so we leave it. You can write it in a terminal: equerry setup."
SAME_NAME = "There is somebody called {name} in your contacts already. Is that you?"

AS_IT_IS = "All right, it stays as it is."
TUNED = "I listen more closely now."

SENTENCE = (
    "Now let's see how well I hear you. Say a sentence, as loud as you will speak to me. "
    "For example: tomorrow I will go and buy some bread."
)
SENTENCE_AGAIN = "Say it once more."
NOT_MEASURED = "I could not measure that."

ASK_WORD = "Shall I learn a wake word of your own? You say it eight times; it takes two minutes."
ASK_PHRASE = "Which words shall they be? Three syllables or more, such as: hey matilda."
NO_PHRASE = "I need words of letters, such as: hey matilda."
NO_WORD = "No wake word was learnt."
WORD_LATER = "We leave it. To try it later: equerry wake learn, in a terminal."
MICROPHONE_HELD = "While I run I hold the microphone, so we leave it."
VOICE_LATER = "To have your voice learnt later, say: learn my voice."

ASK_PROJECT = "Shall I make a project with three sample tasks, to try things out?"
ASK_PROJECT_NAME = "What shall it be called?"
NO_PROJECT = "All right, no project for now."
TAKEN = "There was one of that name."

ASK_CITY = "Which city are you in, or near? Or which country?"
NO_CITY = "I don't know that one. Name a large city."
ZONE_LATER = "We leave it. You can write it in a terminal: equerry setup, time zone."
ZONE_KEPT = "All right."
ZONE_KEPT_LATER = "All right. I go by that from my next start on."
FIRST_PROJECT = "First steps"
"""Where somebody says yes to all, in the terminal."""
SAMPLES: Sequence[str] = ("Ask what is due today", "Set a timer for one minute", "Tick this task off by voice")


def welcome(here: Here) -> str:
    """Who speaks, what it takes, how to get out, and the first question."""
    if here.typed:
        return ASK_NAME
    return (
        f"Hello, I am {here.device}. Let's set me up; it takes three minutes. Say skip to leave something out, or later"
        f" to stop. {ASK_NAME}"
    )


def greeting(owner: str) -> str:
    """Once the name is kept."""
    return f"Good to meet you, {owner}."


def did_you_say(name: str) -> str:
    """Names are misheard, so it is spelled."""
    return f"Did you say {name}? I spell it {spelled(name)}."


def say_wake(state: State, here: Here) -> str:
    """The first, second and third time; and after one that was not heard."""
    word = " or ".join(here.wake_words)
    if state.missed:
        return f"I {'nearly heard' if state.near else 'did not hear'} it. Once more, a little closer to me: say {word}."
    if not state.scores:
        wait = "" if here.typed else ", and wait for the tone"
        return f"To talk to me, you say {word}. Try it three times. Say it now{wait}."
    return (
        f"I heard it, with {_percent(state.scores[-1])}."
        f" {'Once more' if len(state.scores) == 1 else 'And a third time'}."
    )


def heard_well(scores: Sequence[float]) -> str:
    """All of them, clearly."""
    return f"I heard it each time: {_listed(scores)}."


def hardly_heard(scores: Sequence[float]) -> str:
    """What was heard, where the guide can't do better."""
    heard = (
        f"I heard it {'once' if len(scores) == 1 else 'only just'}: {_listed(scores)}."
        if scores
        else "I did not hear it."
    )
    return (
        f"{heard} Turn the microphone up, or put me closer to where you speak. To try again: equerry wake test, in a"
        " terminal."
    )


def closer(scores: Sequence[float]) -> str:
    """The question whether the threshold shall be lowered."""
    heard = f"I heard it only just, with {_listed(scores)}" if scores else "I nearly heard it"
    return f"{heard}. Shall I listen more closely? I may then wake up now and then though nobody called."


def amiss(measured: Measured) -> str:
    """Why a sentence was not loud enough and what helps, what is wrong first; empty where all is well."""
    if measured.clipped or measured.speech > LOUD:
        return f"That was too loud{_figure(measured)}: turn the microphone down, or step back from it."
    if measured.speech < QUIET:
        return f"That was too quiet{_figure(measured)}: come closer, or turn the microphone up."
    if measured.speech - measured.room < MURKY:
        return "I can hardly tell you from the noise of the room: come closer, or put me further from what hums."
    return ""


def heard_clearly(measured: Measured) -> str:
    """Where nothing is amiss."""
    return f"I hear you well{_figure(measured)}."


def _figure(measured: Measured) -> str:
    return f", at {-measured.speech:.0f} decibels below full scale"


def clock_says(here: Here) -> str:
    """The question whether the clock is right: one hears that sooner than one can tell a time zone."""
    return f"My clock says {here.now}. Is that right where you are?"


def in_zone(zone: str) -> str:
    """Told as the time that it is then."""
    return f"Then it is {said_time(datetime.now(ZoneInfo(zone)))}, as in {spoken(zone)}. Is that right?"


def which_city(cities: Sequence[str]) -> str:
    """There are several zones; a few of them."""
    return (
        f"There are several times there: {', '.join(cities[:3])} and others."
        if len(cities) > 3
        else (f"There are several times there: {' and '.join(cities)}.")
    )


def said_time(now: datetime) -> str:
    """8:05 PM"""
    return f"{now:%I:%M %p}".lstrip("0")


def ask_voice(owner: str) -> str:
    """What it is good for, and where it stays."""
    return (
        f"Shall I learn your voice, {owner}, from five sentences? Then I know when it is you who asks for “my tasks”."
        " What I keep of it stays on this device."
    )


def made(project: str) -> str:
    """The first project."""
    return f"I made the project {project}, with three tasks. To take that back, say undo."


def privacy(here: Here) -> str:
    """Three sentences, and one more where Home Assistant is asked, too."""
    word = " or ".join(here.wake_words)
    listens = f"Until you say {word}" if word else "Until you press the button"
    days = round(here.transcripts_days)
    kept = (
        f"What you say is kept as text for {days} day{'' if days == 1 else 's'}" if days else "What you say is not kept"
    )
    shared = (
        "and tasks and lists go to nobody but the broker or bucket that was set"
        if here.shared
        else "and none of it leaves this device"
    )
    asked = " What I don't understand is put, as text, to the Home Assistant that was set." if here.at_home else ""
    sound = (
        "never send sound; of what wakes me for nothing I keep two seconds, as was set"
        if here.keeps_sound
        else "never keep or send sound"
    )
    return (
        f"{listens}, I forget all that I hear within seconds. I understand your words on this device, and {sound}."
        f" {kept}, {shared}.{asked}"
    )


def further(state: State, here: Here) -> str:
    """The end, and what there is beyond it."""
    thanks = f"That was all, {state.owner}." if state.owner else "That was all."
    if here.typed:
        say = (
            f"say “{here.wake_words[0]}”, then “what can I say?”"
            if here.wake_words
            else "press the button and say “what can I say?”"
        )
        word = "For a wake word of your own: equerry wake learn" if here.wake_words else ""
        return f"{thanks} To go on, {say}; or type: equerry ask help. {word}".strip()
    word = " A wake word of your own is learnt in a terminal: equerry wake learn." if here.wake_words else ""
    return f"{thanks} To hear what there is, {_call(here)}: what can I say? To be left alone, say mute.{word}"


def _call(here: Here) -> str:
    return f"say {here.wake_words[0]}, and then" if here.wake_words else "press the button and say"


def _percent(score: float) -> str:
    return f"{100 * score:.0f} percent"


def _listed(scores: Sequence[float]) -> str:
    *most, last = [_percent(score) for score in scores]
    return f"{', '.join(most)} and {last}" if most else last
