"""The kinds of documents, a dataclass each. For services/store/base.py, which hands all of them on.

Plain values, validated where they enter and leave the store (sqlite/codec.py): instants are zone-aware and kept in UTC,
words as they were spoken. A new kind is a class in a module here and its name below; `about` is its row in the registry
(kinds.py). What is stored outlives every release: fields are added with a default, never renamed.
"""

# Kinds are exported and shown in the order in which they are made here.
# isort: off
from services.store.kinds import Document, Kind
from services.store.documents.fields import (
    Title,
    Name,
    Rule,
    Instant,
    Priority,
    Grain,
    Status,
    Text,
    Short,
    Currency,
    utc,
)
from services.store.documents.tasks import Project, Task, TaskTemplate, TemplatePart
from services.store.documents.times import Alarm, Meeting, Reminder, Timer
from services.store.documents.notes import Item, Note, TodoList
from services.store.documents.people import Channel, Message, Person
from services.store.documents.files import SharedFile, Version
from services.store.documents.accounts import Customer, LedgerEntry
from services.store.documents.routines import Routine, RoutineRun, RoutineStep, RunStep
from services.store.documents.calls import CallLine, CallProposal, CallRecord, CallSide
from services.store.documents.calendars import CalendarEntry
from services.store.documents.home import HomeChange, HomeRestore
