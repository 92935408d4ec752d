"""What words mean by themselves: a routine that is called, a title of the store, sentences and model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from services.understanding.base import Command
from services.understanding.stages.base import Stage, Understanding, first, unread
from services.understanding.stages.money.accounts import account
from services.understanding.stages.money.new_customer import new_customer
from services.understanding.stages.money.told import money_told
from services.understanding.stages.notes.dictation import dictation
from services.understanding.stages.notes.recall import rather_kept
from services.understanding.stages.people.contacts import contact
from services.understanding.stages.people.members import members
from services.understanding.stages.people.messages import message
from services.understanding.stages.people.news import news
from services.understanding.stages.people.talks import talk
from services.understanding.stages.people.telling import telling
from services.understanding.stages.remarks.chatter import is_chatter
from services.understanding.stages.routines.named import called_routine, clocked_routine, named_routine
from services.understanding.stages.routines.new import new_routine, with_all_steps
from services.understanding.stages.tasks.asked import asked_of_task
from services.understanding.stages.tasks.clauses import clause_of_task
from services.understanding.stages.tasks.given import given_task
from services.understanding.stages.tasks.listed import listed_tasks
from services.understanding.stages.tasks.ordered import ordered_task
from services.understanding.stages.tasks.passing import passing_task
from services.understanding.stages.tasks.reworded import reworded_task
from services.understanding.stages.tasks.told import told_of_task
from services.understanding.stages.things.after import after_another
from services.understanding.stages.things.arrangement import arrangement
from services.understanding.stages.things.reports import report
from services.understanding.stages.things.visits import visit
from services.understanding.stages.titles import title

_TWO = 2
_WHY = re.compile(r"[,.;]\s+(?:it|that|this)['’]s (?:done|finished|complete|over)[\s.!]*$", re.IGNORECASE)


def words(said: Understanding) -> Understanding | None:
    """By reserved words, taught sentences, templates and the language model (parser.py)."""
    command = _without_why(with_all_steps(said.read(said.text)))
    if is_chatter(said.text, command, said.names):
        return None
    if command.steps and all(step.action.startswith("home.") for step in command.steps):
        return called_routine(said) or said.found(command)  # "lights out" may be a routine, too
    return said.found(command) if command.steps or command.not_for_us else None


def _without_why(command: Command) -> Command:
    """ "Close the audit project, it's done": that it is done only says why, of what is named before it."""
    if len(command.steps) != _TWO or not _WHY.search(command.text):
        return command
    done = command.steps[1]
    points = done.action == "task.complete" and str(done.slots.get("title", "")).casefold() in ("it", "that", "this")
    return replace(command, steps=(replace(command.steps[0], after=()),)) if points else command


TASKS: Sequence[Stage] = (
    ordered_task,  # "get Rosa to clean the hopper, I need it by Thursday"
    listed_tasks,  # told in pieces: "new task press kit, Clara, by the twenty-fourth"
    reworded_task,  # "three, not two", of its title
    asked_of_task,  # by some words of its title: "did the scaffolding get ordered"
    given_task,  # "photos go to Yusuf"
    told_of_task,  # "brake pads are ordered, by the way"
    clause_of_task,  # "it's spotless, tick it off", of the one spoken of
)
ALONE: Sequence[Stage] = (
    named_routine,
    new_routine,
    passing_task,  # "give him another one, wash the van, by Friday"
    visit,
    dictation,
    new_customer,
    account,
    money_told,
    contact,
    news,
    message,
    telling,
    members,
    talk,
    after_another,
    arrangement,
    *TASKS,
    report,
    rather_kept,
    title,
    words,
    called_routine,
    clocked_routine,
)


def alone(said: Understanding, text: str) -> Command:
    """The command of other words, as if they were said with nothing before them; one without steps for none."""
    found = first(ALONE, replace(said, text=text))
    return found.command if found else unread(text)
