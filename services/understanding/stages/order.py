"""The order in which an utterance is understood.

The first stage of FINDING that finds the command decides; then each of COMPLETING works on that command. The order is
the meaning: what could be an answer is one, before it is looked at as a command of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from services.understanding.base import Command, Parser
from services.understanding.conversation.changes import writes
from services.understanding.conversation.list_phrases import SLIP
from services.understanding.conversation.memory import Conversation
from services.understanding.model.patience import Spent, together
from services.understanding.slots.fewer_words import in_fewer_words
from services.understanding.stages.alone import ALONE
from services.understanding.stages.anchors import anchors
from services.understanding.stages.answer import answer
from services.understanding.stages.base import Stage, Understanding, first, unread
from services.understanding.stages.behind import behind, seconded
from services.understanding.stages.contents import contents
from services.understanding.stages.correction import correction, denial
from services.understanding.stages.details import detail
from services.understanding.stages.joined import in_one_breath
from services.understanding.stages.money.accounts import accounts_together
from services.understanding.stages.money.told import money_goes_on
from services.understanding.stages.money.unknown_payer import unknown_payer
from services.understanding.stages.more import more, which_of_them, which_ones
from services.understanding.stages.names import names
from services.understanding.stages.notes.about import about, notes_about
from services.understanding.stages.notes.amended import note_amended
from services.understanding.stages.notes.deeds import asked_of_it, deed
from services.understanding.stages.notes.noted import noted
from services.understanding.stages.notes.recall import recall
from services.understanding.stages.people.each import each_of_them
from services.understanding.stages.people.members import to_who_comes
from services.understanding.stages.people.strangers import strangers
from services.understanding.stages.pronouns import pronouns
from services.understanding.stages.remarks.asides import without_asides
from services.understanding.stages.remarks.home import asked_of_home
from services.understanding.stages.remarks.idle import without_idle_words
from services.understanding.stages.remarks.not_ours import (
    beyond_us,
    conditional,
    farewell,
    greeting,
    not_ours,
    onto_a_list_again,
    unsaid,
)
from services.understanding.stages.remarks.otherwise import said_otherwise
from services.understanding.stages.remarks.readdressed import readdressed
from services.understanding.stages.remarks.resent import resent
from services.understanding.stages.remarks.slips import put_right
from services.understanding.stages.remarks.taken_back import once_more, taken_back
from services.understanding.stages.remarks.values import value_right
from services.understanding.stages.repetition import continuation, repetition
from services.understanding.stages.rings.alarms import alarms
from services.understanding.stages.rings.first_one import first_one
from services.understanding.stages.rings.reminded import further_reminder, reminded
from services.understanding.stages.rings.rings import digits, marked_reminder, only_one, rings, terse, with_why
from services.understanding.stages.rings.timer_set import timer_set
from services.understanding.stages.routines.named import called_routine
from services.understanding.stages.routines.new import new_routine
from services.understanding.stages.routines.talk import first_steps, routine_talk
from services.understanding.stages.short import addition, inheritance, louder, shorthand
from services.understanding.stages.tasks.denied import denied_task
from services.understanding.stages.tasks.divided import divided_tasks, shared_tasks
from services.understanding.stages.tasks.ordered import further_task
from services.understanding.stages.things.another import another, at_the_same_time
from services.understanding.stages.things.arrangement import we_do
from services.understanding.stages.things.dates import date_asked
from services.understanding.stages.things.day_right import day_put_right, no_such_time
from services.understanding.stages.things.house import house_goes_on
from services.understanding.stages.things.lists import count_right, headed, list_talk, which_list
from services.understanding.stages.things.meeting import cried_off, meeting
from services.understanding.stages.things.meeting_talk import meeting_talk
from services.understanding.stages.things.sent import sent
from services.understanding.stages.things.within import named_first, named_within

FAIR = 0.6
"""Below, the recogniser was not sure of the words."""
PRECISE = 0.9
"""From here on it is a sentence of ours with all its words, or goes on from one."""


def told(said: Understanding) -> Understanding | None:
    """A program told its steps; nothing is read from words."""
    return said.found(said.told)


def sureness(said: Understanding) -> Understanding:
    """A command is only as sure as its words were heard, and as the command it leans on. What is not surely heard is
    disputed where it would be written, and where it is no precise sentence: gibberish fits a broad one ("Can you learn
    meeting with Sam at the moment").
    """
    command, heard = said.command, said.confidence
    vague = heard < FAIR and not command.confirmed and said.leans != "question"
    if vague and (writes(command) or (command.steps and command.confidence < PRECISE)):
        command = replace(command, disputed=True)
    if said.leans in ("question", "command"):
        sure = heard if command.confirmed else min(command.confidence, heard)
    else:
        sure = command.confidence * heard
    return replace(said, command=replace(command, confidence=round(sure, 3)))


def slip(said: Understanding) -> Understanding | None:
    """What is put right within its sentence, read as it was meant."""
    return put_right(said, _whole)


def counted_right(said: Understanding) -> Understanding | None:
    """How many of a thing, put right behind it."""
    return count_right(said, _whole)


def redirected(said: Understanding) -> Understanding | None:
    """A message whose own sentence sends it to somebody else."""
    return readdressed(said, _whole)


def aside(said: Understanding) -> Understanding | None:
    """A command with words around it that belong to none, read without these."""
    return None if in_fewer_words(said.text) != said.text else without_asides(said, _put_right_too)


def idle(said: Understanding) -> Understanding | None:
    """A command with words within it that say nothing, read without these; "salt, wait, pepper" is put right."""
    if SLIP.search(said.text) and (right := slip(said)):
        return right
    return without_idle_words(said, lambda rest: first((*BEHIND, slip, aside, *BY_ITSELF), rest))


def otherwise(said: Understanding) -> Understanding | None:
    """A plain order or question in other words than ours."""
    return said_otherwise(said, _put_right_too)


def joined(said: Understanding) -> Understanding | None:
    """Several orders, each read behind the one before."""
    return headed(said) or resent(said) or in_one_breath(said, _piece)


def _piece(said: Understanding) -> Understanding | None:
    """One of several orders, completed as if it had been said alone."""
    found = first((*BEHIND, slip, aside, *BY_ITSELF), said)
    for stage in _OF_A_PIECE if found else ():
        assert found is not None
        found = stage(found)
    return found


def same_time(said: Understanding) -> Understanding | None:
    """A further meeting at the hour of the last one."""
    return at_the_same_time(said, _whole)


def met(said: Understanding) -> Understanding | None:
    """A greeting, or the scene that is called so; a routine of that name is found later."""
    return None if called_routine(said) else greeting(said, _house_scene)


def _house_scene(said: Understanding) -> Understanding | None:
    """ "Good night", where the house has a scene of that name."""
    command = said.read(said.text)
    return said.found(command) if any(step.action.startswith("home.") for step in command.steps) else None


def _put_right_too(said: Understanding) -> Understanding | None:
    return slip(said) or _whole(said)


def _whole(said: Understanding) -> Understanding | None:
    return first((answer, *BEHIND, *BY_ITSELF), said)


BEHIND: Sequence[Stage] = (
    louder,  # "bit more", of the volume
    house_goes_on,  # "make it brighter", "and the bed light too", behind an order to the house
    accounts_together,  # "and everybody together, how much is that"
    unknown_payer,  # "the Roths paid me, forty", of no customer yet
    money_goes_on,  # behind an account: "he was just here, paid fifty", "so where's he at"
    routine_talk,  # "have lights out mute, too", "take the list out of it"
    note_amended,  # "that's old, it's 420 now, fix that note"
    noted,  # of the last note: "add that he prefers tea", "no, thirty"
    day_put_right,  # "the thirtieth then", where there was no such day
    date_asked,  # "what day's that", "how many days till the wedding"
    first_one,  # "nine o'clock then", where no alarm is set
    timer_set,  # "cookies in the oven, twelve minutes"; "and ten for the stain"
    further_reminder,  # "and the heart pill at eight every evening"
    terse,  # "alarm. six. morning"
    with_why,  # "set an alarm for ten to three, I have to fetch Finn"
    alarms,  # "alarms for five and half five on Saturday", "except Friday"
    rings,  # "kill it, they're burning", of what runs or is to ring
    named_first,  # "the tasting, let's say half past five"
    we_do,  # "every Monday at eight we do the menu plan, Marco and me, set that up"
    same_time,  # "then a checkup a week later, same time"
    meeting,  # "get Uwe in there, and half an hour is plenty"
    meeting_talk,  # "the doctor asks whether it could begin later"
    cried_off,  # "Weiss have cried off"
    named_within,  # "move the budget thing to Thursday"
    another,  # "another one at half past"
    sent,  # "send Yusuf that list", "to Lena with it"
    shared_tasks,  # "three tasks, storyboard for Jess, budget for Omar, and the deck is mine"
    divided_tasks,  # "fridge log is Sofia's, the rest is Enzo's"
    further_task,  # "and she's to send out the invoices too, by Friday"
    value_right,  # "six fifty it was", "83, not 82"
    list_talk,  # behind a list: "take those off", "what's still missing"
    taken_back,  # "oh no, scratch that, the castle's got its own"
    once_more,  # "number back to me please"
)
BY_ITSELF: Sequence[Stage] = (
    correction,  # "no, on Tuesday"
    detail,  # "and only half an hour"
    repetition,  # "another one for Anna"
    more,  # of the last answer
    which_ones,  # "which ones are those", where it told how many
    which_of_them,  # "which ones are Tom's", behind tasks
    shorthand,  # what means something else behind a command than alone: "cancel that"
    asked_of_it,  # "is it done", "whose is that"
    deed,  # "what did I just add"
    notes_about,  # "have I got any notes about them"
    not_ours,  # "Clara, could you close the door?"
    marked_reminder,  # "set a reminder for Friday 9 am: …"
    digits,  # "alarm 630"
    denied_task,  # "no, Petra takes it"
    *ALONE,  # a command by itself
    no_such_time,  # "february 30"
    beyond_us,  # "take a picture" takes none off the list
    farewell,  # "bye", "nope, nothing"
    denial,  # a command behind a "no"
    continuation,  # "and bread", "what about tomorrow?", "no, oat milk"
    addition,  # "invite Anna too"
    only_one,  # "how long for the eggs", of the one timer there is
    recall,  # "how big is the hall again", where a note tells it
)
FINDING: Sequence[Stage] = (
    first_steps,  # of a routine, which were asked for
    answer,  # to our question
    told,
    unsaid,  # "put it on Ben's tasks. Ah, leave it"
    onto_a_list_again,  # "every Friday add milk to the list"
    conditional,  # "if she does, push it to Tuesday"
    met,  # "good morning", "that's me done"
    idle,  # "when exactly is it", "red pens and, let me see, envelopes"
    counted_right,  # "two sheets of MDF on timber, no, three sheets"
    redirected,  # "tell Ben I'm late, no wait, tell Jane": one message, not two
    new_routine,  # "when I say market day, then read the market list": whatever follows belongs to it
    joined,  # "new customer Berger, charge him 450, oh and note that he has a dog"
    otherwise,  # "dark mode goes on the demo list", "urgent, that one"
    *BEHIND,
    slip,  # "on Friday, no, Thursday"
    aside,  # "cancel it, I've spoken to them"
    *BY_ITSELF,
    behind,  # "pause the other one", as the language model reads it behind the last command
    asked_of_home,  # what none of these understands, where Home Assistant is to be asked
)
_OF_A_PIECE: Sequence[Callable[[Understanding], Understanding]] = (
    inheritance,
    reminded,
    to_who_comes,
    pronouns,
    about,
    which_list,
    anchors,
    names,
    strangers,
)
COMPLETING: Sequence[Callable[[Understanding], Understanding]] = (
    seconded,
    each_of_them,
    contents,
    *_OF_A_PIECE,
    sureness,
)


def understood(said: Understanding) -> Understanding:
    """The utterance with its command, which has no steps where it is none for us."""
    found = first(FINDING, said) or replace(said, command=unread(said.text))
    for stage in COMPLETING:
        found = stage(found)
    return found


def reading(
    parser: Parser, conversation: Conversation, now: datetime, *, plainly: bool = False
) -> Callable[[str], Command]:
    """Reads texts of one utterance, each once (Understanding.read): several stages may ask what the same words mean.
    `plainly`: the language model has no time for any of them.
    """
    focus = conversation.customer or next(iter(conversation.mentions), None)
    known: dict[str, Command] = {}
    spent = Spent(math.inf if plainly else 0.0)

    def read(text: str) -> Command:
        if text not in known:
            with together(spent):
                known[text] = parser.parse(text, now=now, focus=focus.name if focus else "")
        return known[text]

    return read


def reading_behind(parser: Parser, conversation: Conversation, now: datetime) -> Callable[[str], Command]:
    """Reads what goes on from the last command (Understanding.read_behind)."""
    before = conversation.last
    if before is None or not before.text:
        return unread
    return lambda text: parser.parse(text, now=now, before=before)
