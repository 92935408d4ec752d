"""An answer to a question of ours completes the command that waits for it: a yes, the one that is meant, or the words
that were missing. What is none is left to the later stages, and the question is gone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.understanding.base import VOCABULARY, Command, Reference, Slot, Step
from services.understanding.conversation.additions import covers, filled, told
from services.understanding.conversation.decided import decided
from services.understanding.conversation.memory import PendingQuestion
from services.understanding.links import link
from services.understanding.names import questions
from services.understanding.names.base import Entity, Unknown
from services.understanding.names.names import Names
from services.understanding.reserved import reserved, yes_or_no
from services.understanding.slots.asked_time import plain_time
from services.understanding.stages.alone import alone
from services.understanding.stages.base import Understanding
from services.understanding.stages.correction import amended
from services.understanding.stages.names import spoken_names
from services.understanding.stages.things.within import fitting
from services.understanding.when import find
from services.understanding.words import split_words, word_set

_EXACT = ("second", "minute", "hour")
_OF_DAYS = re.compile(
    r"(?:day|tomorrow|tonight|next|this|weeks?|months?|weekend|\d(?:st|nd|rd|th))\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)",
    re.IGNORECASE,
)
"""An answer with one of these tells its day itself."""
_MAYBE = 0.7
"""How sure it is that words are to be sent which could be a command: they are read back first."""
_ASSENT = word_set("""yes yeah yep yup sure ok okay of course certainly absolutely definitely please do go ahead on it
    that them this those these him her all both i'm i am we're we by means why not correct right exactly fine alright
    sounds good would be great uh huh mhm hmm mm thing is affirmative confirm confirmed indeed you got haan han ji theek
    thik hai kar karo do bilkul delete remove send add create make book share credit charge cancel archive reopen mark
    call one ones now then thanks thank the a and just oh well um uh want to really totally perfect great nice very much
    for me so off with away out over two three four five whole lot every each ha haha friend my it's that's thing y ye
    tell let know straight""")
"""Words that a yes may be told in, beside those of the question."""
_WITH_YES = re.compile(
    r"^(?:(?:yes|yeah|yep|oh|well|right|ok|okay)[\s,.]+)+(?:(?:for|to|with|it['’]s|that['’]s|i mean|i meant)\s+)?"
    r"|[\s,.]+(?:yes|yeah|please|of course)[\s.!]*$"
    r"|(?:['’]s| is| would be|['’]ll be| will be) (?:fine|ok|okay|good|enough|best|great"
    r"|perfect)[\s.!]*$|[\s,]+will do[\s.!]*$",
    re.IGNORECASE,
)
"""Around an answer to "who do you mean": "yes, for Elif Sahin", "Peters, yes"."""
_MAKE_ONE = re.compile(
    r"(?:[^,.;]+[,.;]\s+)?(?:then |please |so )*(?:make|create|add|set up) (?:one|it|them)(?: then| please)*", re.I
)
""" "There's no such project, make one", to "Shall I add it?"."""
_BUT = re.compile(
    r"(?:yes|yeah|ok|okay|sure)?[\s,]*(?:(?:do )?(?:them )?(?:all|everything|all of them|the others)[\s,]*)?"
    r"(?:but|just)?[\s,]*(?:but|except|apart from|without|not|bar)(?: for)? (?P<which>.+?)[\s.!]*",
    re.IGNORECASE,
)
_ONE = word_set("the one ones that my our a an task please though this")
_POINTING = word_set("him her them he she they")
_NEITHER = re.compile(
    r"(?:no[\s,]+)?(?:neither|none|nobody|no one|some(?:body|one) else)(?: of (?:them|those|the two|these))?",
    re.IGNORECASE,
)
_SAID = {"control.confirm": "yes"}
"""Steps told by a program that answer a question of ours, as one would say them."""


def answer(said: Understanding) -> Understanding | None:
    """The command that a question of ours was about, with the answer in it."""
    question = said.conversation.question
    text = said.text if said.told is None else _SAID.get(said.told.intent, "")
    if question is None or question.kind == "speaker" or not text:  # who speaks is told before anything is read
        return None
    text = _in_plain_words(question, text, said.now)
    command = (
        amended(text, question.command, said.now, said.names)
        or decided(question, text)
        or answered(question, replace(said, text=text))
    )
    if command is None and question.kind != "confirm" and (bare := _WITH_YES.sub("", text)) not in (text, ""):
        command = answered(question, replace(said, text=bare))
    return said.found(command, "question")


def _in_plain_words(question: PendingQuestion, text: str, now: datetime) -> str:
    """The answer to a question for a time as a time; any other as it is."""
    if question.kind != "slot":
        return text
    for index, slot in _wanted(question):
        step = question.command.steps[index]
        if VOCABULARY[step.action].slots[slot] == "when":
            day = step.slots.get(slot)
            return plain_time(text, day if isinstance(day, str) else "", now)
    return text


def answered(question: PendingQuestion, answer: Understanding) -> Command | None:
    """The waiting command with the answer in it, control.deny for a no, None where the text is no answer."""
    text, now, names = answer.text, answer.now, answer.names
    same = _is_asked_for(question, text)
    said = same or yes_or_no(text)
    refuses = said is False or (question.candidates and _NEITHER.fullmatch(text.strip(" .?!")) is not None)
    if refuses and question.kind != "slot":
        return Command(text, (Step("control.deny"),), 1.0, "reserved")
    if question.kind == "confirm":
        yes = (said and (same or _agrees(question, text))) or (
            question.first and _MAKE_ONE.fullmatch(text.strip(" .!"))
        )
        return _agreed(question) if yes else _all_but(question, text)
    if question.candidates and (chosen := _which(answer, question.candidates)):
        return _chosen(question, chosen)
    if parsed := alone(answer, text).steps:
        return _taken_literally(question, text, parsed) if VOCABULARY[parsed[0].action].family != "control" else None
    return _completed(question, answer) if question.kind == "slot" else _replaced(question, text, now, names)


def _which(answer: Understanding, candidates: Sequence[Entity]) -> tuple[Entity, ...]:
    """Which of them is meant by all the words, else by the clause that alone tells: "the costume one, Klement"; else of
    meetings by who comes, where or when.
    """
    if whole := questions.chosen(answer.text, candidates):
        return whole
    told = [found for clause in answer.text.split(",") if (found := questions.chosen(clause, candidates))]
    if told and all(each == told[0] for each in told):
        return told[0]
    asked = {each.id: each for each in candidates if each.kind == "meeting"}
    there = [each for each in answer.directory.meetings(answer.now) if each.id in asked] if asked else []
    meant = fitting(answer, answer.text.strip(" .!?"), there)
    return (asked[meant[0].id],) if len(meant) == 1 else ()


def _taken_literally(question: PendingQuestion, text: str, parsed: Sequence[Step]) -> Command | None:
    """What could be a command, where the words of a message were asked for: they are these, but not surely."""
    command, missing = question.command, _missing(question.command)
    if question.kind != "slot" or missing is None or missing[1] != "content":
        return None
    index, slot = missing
    step = command.steps[index]
    if parsed[0].action == step.action and _to_others(parsed[0], step, question):
        return None
    again = len(parsed) == 1 and parsed[0].action == step.action and slot in parsed[0].slots  # "Tell her that I'm late"
    content = parsed[0].slots[slot] if again else text.strip()
    steps = (*command.steps[:index], replace(step, slots={**step.slots, slot: content}), *command.steps[index + 1 :])
    return replace(command, steps=steps, confidence=min(command.confidence, 1.0 if again else _MAYBE))


def _to_others(step: Step, asked: Step, question: PendingQuestion) -> bool:
    """Whether a message is to somebody else than the one whose words were asked for."""
    before = {each.casefold() for each in spoken_names(asked.slots.get("recipients"))}
    before |= {word for ref in asked.references for word in ref.name.casefold().split()}
    before |= {word.text for word in split_words(question.asked)}
    new = spoken_names(step.slots.get("recipients"))
    return bool(new) and not all(each.casefold() in before | _POINTING for each in new)


def _is_asked_for(question: PendingQuestion, text: str) -> bool:
    """Whether it says the very thing that shall be confirmed: "undo that" to "Undo what was done last?" is a yes."""
    step = reserved(text) if question.kind == "confirm" else None
    return step is not None and [each.action for each in question.command.steps] == [step.action]


def _agrees(question: PendingQuestion, text: str) -> bool:
    """Whether a yes only says what was asked: "yes, delete them", not "go ahead and tell me the time"."""
    asked = {word.text for word in split_words(question.asked)}
    return all(word.text in asked or word.text in _ASSENT for word in split_words(text))


def _all_but(question: PendingQuestion, text: str) -> Command | None:
    """ "All but the landlord one": a yes to the others."""
    found, step = _BUT.fullmatch(text.strip()), question.command.steps[0]
    spared = {word.text for word in split_words(found["which"])} - _ONE if found else set()
    there = [ref for ref in step.references if ref.slot == VOCABULARY[step.action].subject]
    left = [ref for ref in there if not spared <= {word.text for word in split_words(ref.name)}]
    if not spared or not left or len(left) == len(there) or len(question.command.steps) > 1 or question.first:
        return None
    others = tuple(ref for ref in step.references if ref not in there or ref in left)
    return replace(question.command, steps=(replace(step, references=others),), confirmed=True)


def _agreed(question: PendingQuestion) -> Command:
    shift = len(question.first)
    moved = [replace(step, after=tuple(index + shift for index in step.after)) for step in question.command.steps]
    # A yes to "Shall I add it?" is none to what is doubtful beside it.
    return replace(
        question.command,
        steps=link([*question.first, *moved]),
        confirmed=question.command.confirmed or not question.first,
    )


def _chosen(question: PendingQuestion, entities: Sequence[Entity]) -> Command | None:
    """The command with the ones that were meant."""
    asked = question.reference
    if asked is None:
        return None
    new = tuple(Reference(asked.slot, asked.words, each.kind, each.name, each.id, "exact") for each in entities)
    steps = [
        replace(step, references=(*step.references, *new)) if _tells(step, asked) else step
        for step in question.command.steps
    ]
    return replace(question.command, steps=tuple(steps))


def _replaced(question: PendingQuestion, text: str, now: datetime, names: Names) -> Command | None:
    """The command with other names for those nobody knew; where it was asked which, they must be known."""
    asked = question.reference
    if asked is None:
        return None
    steps = list(question.command.steps)
    for index, step in enumerate(steps):
        action = VOCABULARY[step.action]
        if _tells(step, asked):
            which = bool(question.candidates)
            new = told(text, action, now, names) if which else filled(text, asked.slot, action, now, names)
            words = spoken_names(new.get(asked.slot))
            unknown_one = any(isinstance(names.resolve(each, action.refers[asked.slot]), Unknown) for each in words)
            if not words or (question.candidates and unknown_one):
                return None
            before = step.slots[asked.slot]
            swapped = [w for each in spoken_names(before) for w in (words if each == asked.words else [each])]
            value: Slot = words[0] if isinstance(before, str) else swapped
            steps[index] = replace(step, slots={**step.slots, asked.slot: value})
    return replace(question.command, steps=tuple(steps))


def _tells(step: Step, asked: Reference) -> bool:
    """What another step says in a slot of that name may be no reference: the title of what it makes."""
    return asked.slot in VOCABULARY[step.action].refers and asked.words in spoken_names(step.slots.get(asked.slot))


def _completed(question: PendingQuestion, answer: Understanding) -> Command | None:
    """The command with the words that were missing: as if said in one breath, else put where they are missing."""
    command, text, now = question.command, answer.text, answer.now
    if whole := _in_one_breath(command, answer):
        return whole
    for index, slot in _wanted(question):
        step = command.steps[index]
        if new := filled(text, slot, VOCABULARY[step.action], now, answer.names):
            if slot in new and VOCABULARY[step.action].slots[slot] == "when":
                new = {**new, slot: _on_the_same_day(step.slots.get(slot), new[slot], now)}
            kept = tuple(ref for ref in step.references if ref.slot not in new)
            steps = list(command.steps)
            steps[index] = replace(step, slots={**step.slots, **new}, references=kept)
            return replace(command, text=f"{command.text} {text}", steps=tuple(steps))
    return None


def _on_the_same_day(before: Slot | None, answer: Slot, now: datetime) -> Slot:
    """ "Tomorrow", then "at five": tomorrow at five."""
    if not isinstance(before, str) or not isinstance(answer, str) or _OF_DAYS.search(answer):
        return answer
    told, together = find(before, now), find(f"{before} {answer}", now)
    is_day = len(told) == 1 and told[0].grain not in _EXACT
    return f"{before} {answer}" if is_day and len(together) == 1 and together[0].grain in _EXACT else answer


def _in_one_breath(command: Command, answer: Understanding) -> Command | None:
    """ "Remind me to eat" and "tomorrow at nine", read together; what the command held before stays as it was."""
    whole = alone(answer, f"{command.text.rstrip(' .?!')} {answer.text}")
    missing = _missing(command)
    alike = [step.action for step in whole.steps] == [step.action for step in command.steps]
    if not missing or not alike or _missing(whole):
        return None
    pairs = list(zip(command.steps, whole.steps, strict=True))
    new = [value for before, step in pairs for slot, value in step.slots.items() if slot not in before.slots]
    if not covers(new, answer.text):
        return None
    steps = [replace(before, slots={**step.slots, **before.slots}) for before, step in pairs]
    index, slot = missing
    if isinstance(words := steps[index].slots.get(slot), str) and VOCABULARY[steps[index].action].slots[slot] == "text":
        steps[index] = replace(steps[index], slots={**steps[index].slots, slot: _said_in(answer.text, words)})
    return replace(command, text=whole.text, steps=tuple(steps))


def _said_in(answer: str, words: str) -> str:
    """`words` without those before the answer: "add a task to my list", then "call Bob", is no "my list call Bob"."""
    spoken = words.split()
    tails = (" ".join(spoken[start:]) for start in range(len(spoken)))
    return next((tail for tail in tails if tail.lower() in answer.lower()), words)


def _missing(command: Command) -> tuple[int, str] | None:
    """The first required slot without words; else the first subject without."""
    for index, step in enumerate(command.steps):
        action = VOCABULARY[step.action]
        required = [each for each in action.slots if each in action.required]
        for slot in (*required, *([action.subject] if action.subject else [])):
            if not step.slots.get(slot) and not (slot == "when" and step.slots.get("recurrence")):
                return index, slot
    return None


def _wanted(question: PendingQuestion) -> list[tuple[int, str]]:
    return [missing] if (missing := _missing(question.command)) else _not_understood(question)


def _not_understood(question: PendingQuestion) -> list[tuple[int, str]]:
    """The slots whose words the action could not use: the one it told of, else times, lengths and sums; else the one it
    asked for, though that need not be told.
    """
    steps = question.command.steps
    told = [(i, slot) for i, step in enumerate(steps) for slot in step.slots]
    kinds = ("when", "duration", "amount")
    measured = [(i, slot) for i, slot in told if VOCABULARY[steps[i].action].slots.get(slot) in kinds]
    taken = [(i, question.slot) for i, step in enumerate(steps) if question.slot in VOCABULARY[step.action].slots]
    return [each for each in told if each[1] == question.slot] or measured or taken[:1]
