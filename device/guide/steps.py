"""The guide through the first start, as data: its steps, what each says and asks, what an answer means, what it writes.

`advance(state, event, here) -> (state, moves)` is pure. A step is a few questions (QUESTIONS); each has what is
put, and what is made of what follows. Nothing is written without a yes, typed words apart: they are meant as they
stand. Whatever is answered, it ends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from device.calibration.levels import sentence
from device.configuration.zone import spoken, zones_called
from device.guide import wording
from device.guide.answers import behind_no, name_in, way_of, yes_or_no
from device.guide.base import (
    STEPS,
    AnswerGiven,
    AwaitWake,
    Began,
    Did,
    Do,
    GuideEvent,
    Here,
    Measure,
    Measured,
    Missed,
    Move,
    Nobody,
    Prompt,
    Result,
    Say,
    Settle,
    State,
    TeachVoice,
    TeachWord,
    Tell,
    Tune,
    Unheard,
    Woken,
    fits,
)

MOST_TRIES = 3
"""Answers to one question that are of no use; after these the guide goes on without."""
SILENCES = 2
"""Questions in a row that nobody answers; after these it is quiet."""
WAKES = 3
"""How often the wake word is said."""
WEAK = 0.1
"""A score that is not further above the threshold was heard only just."""
LOWEST = 0.3
"""The lowest threshold that the guide suggests: below it, a room full of talk wakes the appliance."""
CLOSER = 0.1
"""By so much is it lowered."""


@dataclass(frozen=True, slots=True)
class StepQuestion:
    """What is put, and what is made of what follows."""

    put: Callable[[State, Here], Move]
    taken: Callable[[State, GuideEvent, Here], Result]
    decides: bool = False
    """It is answered with yes or no."""


def advance(state: State, event: GuideEvent, here: Here) -> Result:
    """The next state and what is to be done. Total: anything may happen in any state."""
    if state.done:
        return state, ()
    if isinstance(event, Began) or state.at not in QUESTIONS:
        fresh = _beginning(state, state.step)
        before = (Say(wording.GOES_ON),) if state.step != STEPS[0].id else ()
        return _begin(fresh, here, *before) if fits(state.step, state, here) else _onward(fresh, here, *before)
    if isinstance(event, Nobody):
        unanswered = replace(state, silent=state.silent + 1)
        return (replace(unanswered, waiting=True), ()) if unanswered.silent >= SILENCES else _again(unanswered, here)
    return _taken(replace(state, silent=0), event, here)


def _taken(state: State, event: GuideEvent, here: Here) -> Result:
    """What somebody said, or what came of what was done."""
    question = QUESTIONS[state.at]
    said = event.text if isinstance(event, AnswerGiven) else event.said if isinstance(event, Measured) else ""
    match way_of(said, yes_or_no=question.decides) if said else None:
        case "later":
            return replace(state, waiting=True), (Say(wording.LATER_TYPED if here.typed else wording.LATER),)
        case "skip":
            return _onward(state, here)
        case "again":
            return _again(state, here)
    if isinstance(event, Unheard):
        return _onward(state, here, *((Say(event.why),) if event.why else ()))
    return question.taken(state, event, here)


# --- from question to question ---


def _beginning(state: State, step: str) -> State:
    return State(step, starts=state.starts, owner=state.owner, run=state.run)


def _begin(state: State, here: Here, *before: Move) -> Result:
    """The first question of the step that the state is in."""
    return _to(state, next(step.first for step in STEPS if step.id == state.step), here, *before)


def _to(state: State, at: str, here: Here, *before: Move, **changed: Any) -> Result:
    after = replace(state, at=at, **({"tries": 0} | changed))
    return after, (*before, QUESTIONS[at].put(after, here))


def _again(state: State, here: Here, *before: Move) -> Result:
    return state, (*before, QUESTIONS[state.at].put(state, here))


def _onward(state: State, here: Here, *before: Move) -> Result:
    """The next step that makes sense here."""
    number = next(at for at, step in enumerate(STEPS) if step.id == state.step) + 1
    after = STEPS[number] if number < len(STEPS) else None
    fresh = _beginning(state, after.id if after else "")
    if after is None:
        return fresh, before
    return _begin(fresh, here, *before) if fits(after.id, fresh, here) else _onward(fresh, here, *before)


def _no_use(state: State, here: Here, hint: str, give_up: str) -> Result:
    """Ask again, with a hint, but not for ever."""
    if state.tries + 1 >= MOST_TRIES:
        return _onward(state, here, *((Say(give_up),) if give_up else ()))
    return _again(replace(state, tries=state.tries + 1), here, Say(hint))


Taken = Callable[[State, GuideEvent, Here], Result]


def _decided(yes: Callable[[State, Here], Result], no: Callable[[State, Here, str], Result]) -> Taken:
    """What a yes and a no mean; `no` is handed what was said. Neither, again and again, is a no."""

    def taken(state: State, event: GuideEvent, here: Here) -> Result:
        said = event.text if isinstance(event, AnswerGiven) else ""
        answer = yes_or_no(said)
        if answer is None and state.tries + 1 < MOST_TRIES:
            return _again(replace(state, tries=state.tries + 1), here, Say(wording.YES_OR_NO))
        return yes(state, here) if answer else no(state, here, said)

    return taken


# --- the name ---


def _name(state: State, event: GuideEvent, here: Here) -> Result:
    said = event.text if isinstance(event, AnswerGiven) else ""
    if yes_or_no(said) is False and not behind_no(said):
        return _onward(state, here)
    name = name_in(said)
    if not name:
        return _no_use(state, here, wording.NO_NAME, wording.NAME_LATER)
    return _to(state, "name kept" if here.typed else "name sure", here, told=name, tries=state.tries)


def _other_name(state: State, here: Here, said: str) -> Result:
    if other := behind_no(said):
        if state.tries + 1 < MOST_TRIES:
            return _to(state, "name sure", here, told=other, tries=state.tries + 1)
        return _onward(state, here, Say(wording.NAME_LATER))
    return _no_use(replace(state, at="name", told=""), here, wording.SORRY, wording.NAME_LATER)


def _name_kept(state: State, event: GuideEvent, here: Here) -> Result:
    if not isinstance(event, Did):
        return _onward(state, here)
    if event.asks:
        return _to(state, "name same", here, owner=state.told, told=event.words)
    if not event.ok:
        return _onward(state, here, Say(event.words))
    owner = state.owner if state.at == "name update" else state.told
    return _onward(replace(state, owner=owner), here, Say(wording.greeting(owner)))


def _contact(action: str) -> Callable[[State, Here], Move]:
    def put(state: State, _: Here) -> Move:
        return Do(((action, {"name": state.owner if action == "contact.update" else state.told, "role": "owner"}),))

    return put


# --- the wake word ---


def _wake(state: State, event: GuideEvent, here: Here) -> Result:
    match event:
        case Woken(score):
            state = replace(state, scores=(*state.scores, score), missed=0)
        case Missed(near):
            state = replace(state, missed=state.missed + 1, near=state.near + near)
        case _:
            state = replace(state, missed=state.missed + 1)
    if len(state.scores) < WAKES and state.missed < 2:
        return _again(state, here)
    weak = len(state.scores) < WAKES or state.near or min(state.scores) < here.threshold + WEAK
    if not weak:
        return _onward(state, here, Say(wording.heard_well(state.scores)))
    if not (state.scores or state.near) or here.threshold - CLOSER < LOWEST:
        return _onward(state, here, Say(wording.hardly_heard(state.scores)))
    return _to(state, "wake closer", here)


def _closer(here: Here) -> float:
    return round(max(LOWEST, here.threshold - CLOSER), 2)


def _tuned(state: State, event: GuideEvent, here: Here) -> Result:
    did = isinstance(event, Did) and event.ok
    return _onward(
        state, here, Say(wording.TUNED if did else event.words if isinstance(event, Did) else wording.AS_IT_IS)
    )


# --- the microphone ---


def loudness(levels: Sequence[float], *, clipped: bool, said: str = "") -> Measured | Unheard:
    """Of the levels of frames with a sentence and a moment of the room in them."""
    found = sentence(levels)
    return Measured(*found, clipped, said) if found else Unheard(wording.NOT_MEASURED)


def _level(state: State, event: GuideEvent, here: Here) -> Result:
    if not isinstance(event, Measured):
        return _no_use(state, here, wording.NOT_MEASURED, "")
    amiss = wording.amiss(event)
    if not amiss or state.tries:
        return _onward(state, here, Say(amiss or wording.heard_clearly(event)))
    return _again(replace(state, tries=1), here, Say(amiss))


# --- a wake word of one's own, and the owner's voice ---


def _phrase(state: State, event: GuideEvent, here: Here) -> Result:
    said = event.text if isinstance(event, AnswerGiven) else ""
    if yes_or_no(said) is False:
        return _onward(state, here)
    phrase = " ".join(said.split()).strip(' ,.!?"“”')  # "hey" leads to no name, but is part of a word
    return (
        _to(state, "word taught", here, told=phrase, tries=state.tries)
        if phrase
        else _no_use(state, here, wording.NO_PHRASE, wording.WORD_LATER)
    )


def _word_taught(state: State, event: GuideEvent, here: Here) -> Result:
    """What can't be a wake word, or was no success, may be tried with another."""
    if isinstance(event, Did) and not event.ok:
        asked = replace(state, at="word phrase", told="")
        return _no_use(asked, here, event.words or wording.NO_WORD, wording.WORD_LATER)
    return _onward(state, here)


def _voice_taught(state: State, event: GuideEvent, here: Here) -> Result:
    return _onward(state, here, *((Say(event.words),) if isinstance(event, Did) and event.words else ()))


# --- the first project ---


def _project_named(state: State, event: GuideEvent, here: Here) -> Result:
    said = event.text if isinstance(event, AnswerGiven) else ""
    if yes_or_no(said) is False:
        return _onward(state, here, Say(wording.NO_PROJECT))
    name = name_in(said)
    return (
        _to(state, "project kept", here, told=name[:1].upper() + name[1:])
        if name
        else _no_use(state, here, wording.NO_NAME, wording.NO_PROJECT)
    )


def _made(state: State, _: Here) -> Move:
    tasks = tuple(("task.create", {"title": title, "project": state.told}) for title in wording.SAMPLES)
    return Do(
        (("project.create", {"name": state.told}), *tasks), f"setup:{state.run}:{state.told}" if state.run else ""
    )


def _project_kept(state: State, event: GuideEvent, here: Here) -> Result:
    if isinstance(event, Did) and event.ok:
        return _onward(state, here, Say(wording.made(state.told)))
    if isinstance(event, Did) and event.asks:  # there is one of that name
        return _to(state, "project", here, Say(wording.TAKEN)) if state.tries == 0 else _onward(state, here)
    return _onward(state, here, *((Say(event.words),) if isinstance(event, Did) else ()))


# --- where one is ---


def _clock_wrong(state: State, here: Here, said: str) -> Result:
    """ "No, I'm in Berlin" tells it at once."""
    told = AnswerGiven(behind_no(said))
    return _city(replace(state, at="zone city", tries=0), told, here) if told.text else _to(state, "zone city", here)


def _city(state: State, event: GuideEvent, here: Here) -> Result:
    said = event.text if isinstance(event, AnswerGiven) else ""
    zones = zones_called(said)
    if len(zones) == 1:
        return _to(state, "zone sure", here, told=zones[0], tries=state.tries)
    hint = wording.which_city([spoken(zone) for zone in zones]) if zones else wording.NO_CITY
    return _no_use(state, here, hint, wording.ZONE_LATER)


def _zone_kept(state: State, event: GuideEvent, here: Here) -> Result:
    did = event if isinstance(event, Did) else Did(False)
    return _onward(state, here, *((Say(did.words),) if did.words else ()))


# --- all of them ---

_on: Taken = lambda state, _, here: _onward(state, here)  # noqa: E731 - a row below

QUESTIONS: Mapping[str, StepQuestion] = {
    "name": StepQuestion(
        lambda state, here: Prompt(wording.welcome(here) if not state.tries and not state.silent else wording.ASK_NAME),
        _name,
    ),
    "name sure": StepQuestion(
        lambda state, _: Prompt(wording.did_you_say(state.told)),
        _decided(lambda state, here: _to(state, "name kept", here), _other_name),
        True,
    ),
    "name kept": StepQuestion(_contact("contact.create"), _name_kept),
    "name same": StepQuestion(
        lambda state, _: Prompt(wording.SAME_NAME.format(name=state.owner)),
        _decided(
            lambda state, here: _to(state, "name update", here),
            lambda state, here, _: _onward(replace(state, owner=""), here),
        ),
        True,
    ),
    "name update": StepQuestion(_contact("contact.update"), _name_kept),
    "wake": StepQuestion(lambda state, here: AwaitWake(wording.say_wake(state, here)), _wake),
    "wake closer": StepQuestion(
        lambda state, _: Prompt(wording.closer(state.scores)),
        _decided(
            lambda state, here: _to(state, "wake tuned", here),
            lambda state, here, _: _onward(state, here, Say(wording.AS_IT_IS)),
        ),
        True,
    ),
    "wake tuned": StepQuestion(lambda _, here: Tune(_closer(here)), _tuned),
    "level": StepQuestion(
        lambda state, _: Measure(wording.SENTENCE_AGAIN if state.tries else wording.SENTENCE), _level
    ),
    "word": StepQuestion(
        lambda _, __: Prompt(wording.ASK_WORD),
        _decided(lambda state, here: _to(state, "word phrase", here), lambda state, here, _: _onward(state, here)),
        True,
    ),
    "word phrase": StepQuestion(lambda _, __: Prompt(wording.ASK_PHRASE), _phrase),
    "word taught": StepQuestion(lambda state, _: TeachWord(state.told), _word_taught),
    "voice": StepQuestion(
        lambda state, _: Prompt(wording.ask_voice(state.owner)),
        _decided(
            lambda state, here: _to(state, "voice taught", here),
            lambda state, here, _: _onward(state, here, Say(wording.VOICE_LATER)),
        ),
        True,
    ),
    "voice taught": StepQuestion(lambda state, _: TeachVoice(state.owner), _voice_taught),
    "project": StepQuestion(
        lambda _, __: Prompt(wording.ASK_PROJECT),
        _decided(
            lambda state, here: _to(state, "project name", here),
            lambda state, here, _: _onward(state, here, Say(wording.NO_PROJECT)),
        ),
        True,
    ),
    "project name": StepQuestion(lambda _, __: Prompt(wording.ASK_PROJECT_NAME), _project_named),
    "project kept": StepQuestion(_made, _project_kept),
    "zone": StepQuestion(
        lambda _, here: Prompt(wording.clock_says(here)),
        _decided(_onward, _clock_wrong),
        True,
    ),
    "zone city": StepQuestion(lambda _, __: Prompt(wording.ASK_CITY), _city),
    "zone sure": StepQuestion(
        lambda state, _: Prompt(wording.in_zone(state.told)),
        _decided(
            lambda state, here: _to(state, "zone kept", here),
            lambda state, here, _: _no_use(
                replace(state, at="zone city", told=""), here, wording.SORRY, wording.ZONE_LATER
            ),
        ),
        True,
    ),
    "zone kept": StepQuestion(lambda state, _: Settle(state.told), _zone_kept),
    "privacy": StepQuestion(lambda _, here: Tell(wording.privacy(here)), _on),
    "further": StepQuestion(lambda state, here: Tell(wording.further(state, here)), _on),
}
