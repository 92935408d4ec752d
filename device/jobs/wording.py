"""What words say about jobs: which go first, which come after another, which is meant, what leans on one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from device.commands.responder import Going
from device.jobs.job import FINAL, Job
from services.understanding.base import VOCABULARY, Command, Step
from services.understanding.conversation.memory import latest, same_talk
from services.understanding.stages.base import Understanding
from services.understanding.words import phrases

LAST = "last"
"""What "that" is in "after that": the job before."""
_NOUNS: Mapping[str, tuple[str, ...]] = {
    "report": ("report.create",),
    "summary": ("report.create",),
    "statement": ("report.create",),
    "upload": ("file.share", "file.organize"),
    "uploading": ("file.share", "file.organize"),
    "share": ("file.share",),
    "sharing": ("file.share",),
    "transfer": ("file.share", "file.organize"),
    "routine": ("routine.run",),
    "breakdown": ("task.breakdown",),
    "search": ("search.query",),
}
"""What a job may be called, by the actions that it does."""
_NOUN = rf"(?:{'|'.join(_NOUNS)}|jobs?|queue)s?"
_WORDS = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_EMPTY = frozenset(
    phrases(
        """the | a | an | my | our | your | this | that | these | those | current | running | job | jobs | work | task |
    please | now | one | of | for | on | to | with"""
    )
)
_ALL = frozenset(
    phrases("everything | all | it all | all of it | all of them | them all | both | every | queue | whole queue")
)
_THAT = frozenset(("", "it", "that", "this", "last", "latest"))
_POLITE = r"(?:(?:please|hey|ok|okay|no|now|and|so|well|then|equerry|jarvis|could you|can you|would you)[\s,]+)*"
_HALT = r"(?:stop|cancel|abort|halt|kill|terminate|end|interrupt)"
_ONE_OF_THEM = rf"(?:(?:the|all|all the|my|that|this|every)\s+)?(?:[\w-]+\s+)?{_NOUN}"
_EXPRESS = tuple(
    re.compile(rf"{_POLITE}{said}(?:\s+(?:please|now|right now|at once|immediately|yet))*[.!?]*", re.IGNORECASE)
    for said in (
        rf"{_HALT}(?:\s+(?:it|that|this|everything|it all|{_ONE_OF_THEM}))?",
        (
            r"what(?:'s| is| are)(?: you| there)?(?: still| currently)? (?:doing|working on|up to|running|going on|in"
            r" (?:the|your|my) queue)"
        ),
        rf"(?:is|how is|how's|how far is|has) (?:the|my|that) (?:[\w-]+\s+)?{_NOUN}\b[^,]*",
        r"(?:are|have) you (?:done|finished|ready)",
    )
)
_DONE = (
    r"(?:(?:'s|\s+(?:is|has|are|have|was))(?:\s+been)?)?\s+"
    r"(?:done|finished|ready|complete|completed|through|over|made|uploaded|created)(?:\s+with (?:that|it|this))?"
)
_WHAT = r"(?P<what>that|this|it|you(?:'re| are)?|(?:the|my|that)\s+[\w -]{2,40}?)"
_FIRST = re.compile(
    rf"{_POLITE}(?:(?:after (?:that|this)|afterwards?)(?P<comma>\s*,)?|(?:once|when|as soon"
    rf" as|after)\s+{_WHAT}{_DONE}\s*,?)"
    r"\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"(?P<rest>.*\S)[\s,]+(?:after that|afterwards|(?:once|when|as soon as) (?:that|it|this){_DONE})[.!]*",
    re.IGNORECASE,
)
_NOT_A_COMMAND = re.compile(
    r"(?:meeting|appointment|event|call|lunch|task|day|date|week|month|year|time|one|reminder|alarm|timer|deadline)\b",
    re.IGNORECASE,
)
"""Behind "after that": it says when, not in which order."""
_TELL_ME = re.compile(
    _POLITE + r"(?:remind|tell|notify|call|let|inform|warn|ping|alert)\s+(?:me|us)(?:\s+know)?", re.IGNORECASE
)
_ABOUT = frozenset(("task.query", "project.query", "file.query", "report.create", "routine.query", "routine.status"))
_LISTS = frozenset(("routine.query", "file.query", "task.query", "project.query"))
"""Without a name they ask for all that are kept: "what routines do I have"."""
_REPORT = re.compile(r"\breports?\b", re.IGNORECASE)
""" "How did we do last month" wants one made, whatever was made before."""
_ENDS = frozenset(("routine.cancel", "routine.delete", "task.delete", "file.delete", "meeting.cancel"))
_CANCELS = re.compile(rf"{_POLITE}{_HALT}\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"(?:no|nope|and|also|plus|actually|what about|how about|another|the same|again|or)\b", re.IGNORECASE
)
_CANCELS_IT = re.compile(rf"{_POLITE}{_HALT}(?: (?:it|that|this))(?: please)?[.!]*", re.IGNORECASE)
_JOBS = re.compile(r"\bjobs\b", re.IGNORECASE)
_ASKS = re.compile(_POLITE + r"(?:is|are|has|have|how|did|what|when)\b", re.IGNORECASE)


def express(text: str) -> bool:
    """Whether a text is about jobs themselves: "stop everything", "cancel the report", "what are you working on"."""
    said = text.strip().replace("’", "'")
    return len(said) < 80 and any(form.fullmatch(said) for form in _EXPRESS)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A text that comes after something: what it is without saying so."""

    text: str
    after: str
    """LAST, or what the other one is called."""
    opens: bool
    """It was said first: "after that, …" comes at once where there is nothing to wait for."""


def ordered(text: str) -> Ordered | None:
    """ "After that, upload the logo", "when the report is done, send it to Anna"; else None."""
    if len(text) > 400:
        return None
    if found := _FIRST.fullmatch(text.strip()):
        if found["what"] is None and found["comma"] is None and _NOT_A_COMMAND.match(found["rest"]):
            return None
        what = (found["what"] or "").lower()
        named = what.startswith(("the ", "my ", "that "))
        return Ordered(found["rest"], what if named else LAST, opens=not named)
    found = _BEHIND.fullmatch(text.strip())
    return Ordered(found["rest"], LAST, opens=False) if found and not _TELL_ME.fullmatch(found["rest"]) else None


def everything(words: str) -> bool:
    """Whether such words mean all jobs."""
    said = _plain(words)
    return said in _ALL or said.removeprefix("all ").removeprefix("of ").removeprefix("the ").removeprefix("your ") in (
        "jobs",
        "queue",
    )


def _plain(words: str) -> str:
    return " ".join(_WORDS.findall(words.lower().replace("’", "'")))


def matching(words: str, jobs: Sequence[Job]) -> list[Job]:
    """The jobs such words mean, as they came: "everything", "the weekly report", "it" (the last one)."""
    said = _plain(words)
    if everything(words):
        return list(jobs)
    wanted = [word for word in said.split() if word not in _EMPTY]
    if " ".join(wanted) in _THAT:
        return list(jobs[-1:])
    return [job for job in jobs if all(_fits(word, job) for word in wanted)]


def _fits(word: str, job: Job) -> bool:
    """Whether a word is what the job does, or was said in it."""
    for form in (word, word.removesuffix("s")):
        if any(action in job.label for action in _NOUNS.get(form, ())):
            return True
    said = {part.lower().removesuffix("s") for part in _WORDS.findall(job.text)}
    return word.removesuffix("s") in said


def about_jobs(command: Command, jobs: Sequence[Job], *, latest: bool) -> Command:
    """The command as it is meant beside these jobs of its conversation: "is the report done" asks for the job, not for
    a task of that name; "cancel" stops what goes on. `latest`: what was spoken of last still runs.
    """
    if len(command.steps) != 1 or not jobs:
        return command
    going = [job for job in jobs if job.state not in FINAL]
    step = _without_name(command, going, latest) or _named(command, jobs, going)
    return replace(command, steps=(step,)) if step else command


def _without_name(command: Command, going: Sequence[Job], latest: bool) -> Step | None:
    """ "Cancel" behind something long; "cancel all my jobs", else tasks; "what are you doing"."""
    step = command.steps[0]
    action = step.action
    if latest and (
        action == "control.cancel"
        or (action == "control.undo" and not step.slots)
        or _CANCELS_IT.fullmatch(command.text)
    ):
        return Step("job.cancel", {"name": "it"})
    if going and action == "task.delete" and _CANCELS.match(command.text) and _JOBS.search(command.text):
        return Step("job.cancel", {"name": "everything"})
    return Step("job.query") if going and action == "control.help" and express(command.text) else None


def _named(command: Command, jobs: Sequence[Job], going: Sequence[Job]) -> Step | None:
    """ "Is the report done", "cancel the Monday routine" while it runs."""
    step = command.steps[0]
    name = next((str(step.slots[slot]) for slot in ("title", "name", "file", "kind") if slot in step.slots), "")
    family = step.action.partition(".")[0]
    if not any(word.removesuffix("s") in _NOUNS for word in _WORDS.findall(f"{name} {family}".lower())):
        return None
    if not name and step.action in _LISTS:
        return None
    if family == "report" and not _REPORT.search(command.text):
        return None
    if step.action in _ENDS and _CANCELS.match(command.text):
        called = f"{name} {family}" if family == "routine" else name
        return Step("job.cancel", {"name": called}) if matching(called, going) else None
    asks = step.action in _ABOUT and _ASKS.match(command.text)
    return Step("job.query", {"name": name}) if asks and matching(name, jobs) else None


def goes_on(text: str) -> bool:
    """Whether a text may only mean something behind another one: "no, of last month", "and for Anna"."""
    return _GOES_ON.match(text.strip()) is not None


def makes(command: Command) -> frozenset[str]:
    """The kinds of what a command makes: what "it" may be, once it is done."""
    kinds = {VOCABULARY[step.action].makes for step in command.steps} | {
        "file" for step in command.steps if step.action == "report.create"
    }
    return frozenset(kind for kind in kinds if kind)


def leans_on(said: Understanding, beside: Mapping[str, Going]) -> tuple[str, ...]:
    """Those of what runs beside, by id, that make what the words lean on: they go on from it ("no, of last month"), or
    say "it" and nothing else of that kind was spoken of since.
    """
    return tuple(id_ for id_, going in beside.items() if _leans_on(said, going))


def _leans_on(said: Understanding, going: Going) -> bool:
    if said.goes_on or (not said.command.steps and goes_on(said.text)):
        return same_talk(going.before, said.conversation)
    kinds = tuple(said.kinds & makes(going.command))
    return bool(kinds) and latest(going.before, kinds) == latest(said.conversation, kinds)
