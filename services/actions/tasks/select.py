"""Which of all tasks a question or a deletion is about: any mix of words, times, people, places, priority, status."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from services.actions.call import Call
from services.actions.matching import fitting_texts
from services.actions.people.group import Assignee, names_owner, people
from services.actions.people.speaker import asks_of_own, is_own
from services.actions.tasks.create import tags
from services.actions.tasks.place import told as told_place
from services.actions.tasks.rows import RANKS, Row, blockers, ends, is_open, parts
from services.actions.tasks.status import STATUSES
from services.actions.tasks.urgency import priority_of
from services.actions.tasks.which import bare, one
from services.actions.times import TimeSpan, span
from services.actions.wording import listed, proper, spoken
from services.store.base import Task
from services.understanding.base import Found

Test = Callable[[Row], bool]

_LATE = frozenset(("overdue", "late", "delayed"))
_UNSAID = frozenset(("open", "all", "current", "next", "active", "ongoing", "any"))
"""Said of open tasks, which are meant anyway."""
_OPEN = _UNSAID | {"pending", "outstanding", "incomplete", "unfinished", "remaining", "upcoming"}
_WORKING = re.compile(r"\b(?:working|doing|up to(?! and\b| \w+day\b| the\b)|busy|works|focusing)\b", re.IGNORECASE)
_NOW = frozenset(("now", "right now", "at the moment", "just now", "currently"))
"""No time that anything is due at."""
_LEAD = re.compile(r"^(?:due\s+)?(?:on\s+(?=today|tomorrow|yesterday))?", re.IGNORECASE)


@dataclass
class Chosen:
    """What was asked for, and the words for it."""

    left: list[tuple[str, Row]]
    """The tasks for which all holds that was told so far: each thing told leaves fewer to be looked at for the next."""
    before: list[str] = field(default_factory=list)
    """Words before "tasks"."""
    behind: list[str] = field(default_factory=list)
    """Words behind it."""
    unsaid: set[str] = field(default_factory=set)
    """Fields of a task that need not be told then."""
    closed: bool = False
    """Whether it is about tasks that are done or cancelled."""

    def add(self, test: Test, *, before: str = "", behind: str = "", unsaid: str = "") -> None:
        """One more thing that was told."""
        self.left = [each for each in self.left if test(each[1])]
        self.before += [before] if before else []
        self.behind += [behind] if behind else []
        self.unsaid |= {unsaid} if unsaid else set()

    def kind(self, count: int) -> str:
        """High priority tasks for Sarah due today."""
        return " ".join([*self.before, "task" if count == 1 else "tasks", *self.behind])

    def rows(self) -> dict[str, Row]:
        """The most pressing first, of those that are done the latest."""
        if self.closed:
            return dict(
                sorted(
                    self.left, key=lambda each: each[1].get("completed") or each[1].get("updated") or "", reverse=True
                )
            )
        return dict(sorted(self.left, key=lambda each: (ends(each[1]), RANKS[each[1].get("priority", "normal")])))


_AND = re.compile(r"\band\b", re.IGNORECASE)
_UNDATED = re.compile(
    r"\b(?:no|without|missing|(?:do|does|have)(?: not|n['’]?t)(?: have| got)?)\b(?: a| any| the| no)?"
    r" (?:due|dates?|deadlines?)\b",
    re.IGNORECASE,
)
_UNOWNED = re.compile(
    r"\b(?:unassigned|unowned|ownerless"
    r"|(?:not|\w+n['’]t)(?: yet)? (?:been )?(?:assigned|given)(?: to (?:anyone|anybody|somebody))?(?! (?:to|an?|the)\b)"
    r"|(?:no|without(?: an| a| any)?) (?:owner|owners|assignee|assignees|person|people)"
    r"|(?:has|have|had|with|got|are|is) (?:nobody|no one|no-one|nobody's|no one's)"
    r"|without (?:anybody|anyone|somebody|someone)|(?:nobody|no one|no-one) (?:has|is|owns|does|took|was|got))\b",
    re.IGNORECASE,
)
_NOBODY = re.compile(r"\bnobody\b", re.IGNORECASE)


def chosen(call: Call) -> Chosen:
    """What the slots tell: status, priority, when, assignees, project, channel, tags, parent, title. Raises Refused."""
    asked = Chosen(list(call.tx.rows(Task).items()))
    _by_status(call, asked)
    if priority := priority_of(call.text("priority")):
        rank = priority if priority == "urgent" else f"{priority} priority"
        asked.add(lambda row: row.get("priority", "normal") == priority, before=rank, unsaid="priority")
    _by_people(call, asked)
    _by_place(call, asked)
    if title := bare(call.text("title")):
        fitting = fitting_texts(title, (row["title"] for _, row in asked.left))
        whole = any(title.casefold() == each.casefold() for each in fitting)
        asked.add(lambda row: row["title"] in fitting, behind="" if whole else f"about {title}")
    _by_time(call, asked)
    return asked


def _by_status(call: Call, asked: Chosen) -> None:
    said = spoken(call.text("status")).casefold()
    late = said in _LATE or (not said and "overdue" in call.said.casefold().split())
    status = STATUSES.get(said)
    if status in ("done", "cancelled"):
        asked.closed = True
        asked.add(
            lambda row: row["status"] == status, before=said if status == "cancelled" else "done", unsaid="status"
        )
        return
    asked.add(is_open, before="" if late or status or said in _UNSAID else said if said in _OPEN else "")
    rows = call.tx.rows(Task)
    if late:
        asked.add(lambda row: ends(row) <= call.now, before="overdue")
    elif said == "blocked":
        asked.add(lambda row: row["status"] == "blocked" or bool(blockers(rows, row)), before=said, unsaid="status")
    elif status and said not in _OPEN:
        exact = any(row.get("state") == said for row in rows.values())
        words = {"behind" if " " in said else "before": said}  # tasks in progress, active tasks
        asked.add(lambda row: row.get("state") == said if exact else row["status"] == status, unsaid="status", **words)


def _by_people(call: Call, asked: Chosen) -> None:
    if nobodys(call):
        asked.add(lambda row: not row.get("assignees"), behind="without anybody on them", unsaid="assignees")
        return
    group, me = people(call), asks_of_own(call)
    if me and group in ([], [me]):
        asked.add(lambda row: is_own(me, row), unsaid="assignees")
    elif group:
        theirs = f"for {listed([person.name for person in group])}"
        asked.add(_of(group), behind=theirs, unsaid="assignees" if len(group) == 1 else "")
    elif names_owner(call):
        asked.add(lambda row: not row.get("assignees"), behind="for you")


def nobodys(call: Call) -> bool:
    """Whether those are meant that nobody has."""
    named = [name.casefold() for name in call.names("assignees")]
    meant = _NOBODY if named == ["nobody"] else _UNOWNED
    return named in ([], ["nobody"]) and meant.search(call.said) is not None


def _of(group: Sequence[Assignee]) -> Test:
    """Whether a task is one of theirs. Names are compared once: many tasks are for the same few."""
    known: dict[tuple[object, ...], bool] = {}

    def test(row: Row) -> bool:
        whose = (tuple(row.get("assignees", ())), tuple(row.get("assignee_ids", ())), row.get("created_by"))
        if whose not in known:
            known[whose] = any(person.has(row) for person in group)
        return known[whose]

    return test


def _by_place(call: Call, asked: Chosen) -> None:
    project, channel = told_place(call)
    if project:
        asked.add(lambda row: row.get("project_id") == project.id, behind=f"in the {project.name} project")
    if channel:
        asked.add(lambda row: row.get("channel_id") == channel.id, behind=f"in the {channel.name} channel")
    if told := tags(call):
        asked.add(lambda row: bool(set(told) & set(row.get("tags", ()))), behind=f"tagged {listed(told)}")
    if call.names("parent"):
        above = _whole(call, one(call, "parent", closed=True))
        asked.add(lambda row: row.get("parent_id") == above.id, behind=f"under {above.title}")


def _whole(call: Call, task: Task) -> Task:
    """The task that has parts: this one, or else the one that it is a part of."""
    above = call.tx.get(Task, task.parent_id) if task.parent_id and not parts(call.tx.rows(Task), task.id) else None
    return above or task


def _by_time(call: Call, asked: Chosen) -> None:
    """When they are due; of those that are done, when they were completed."""
    if _UNDATED.search(call.said):
        asked.add(lambda row: not row.get("due"), behind="without a deadline")
        return
    found = call.found("when", "recurrence")
    if found is None:
        words = call.said.casefold().replace("?", " ").split()
        if "due" in words and not asked.closed:
            asked.add(lambda row: bool(row.get("due")), behind="with a deadline")
        return
    within = span(found)
    bare_now = call.text("when").casefold() in _NOW
    if bare_now or (_WORKING.search(call.said) and within.holds(call.now)):
        return  # "what is Sarah working on today" asks for no deadline
    said = proper(_LEAD.sub("", call.text("when")))
    if asked.closed:
        asked.add(lambda row: within.holds(row.get("completed")), behind=said)
    else:
        also = _also(call, found)
        asked.add(lambda row: any(each.holds(row.get("due")) for each in (within, *also)), behind=f"due {said}")


def _also(call: Call, first: Found) -> list[TimeSpan]:
    """The other days of "today and tomorrow"."""
    words = call.text("when")
    return [
        span(each) for each in call.find_when(words, call.now) if each.span[0] > first.span[1] and _AND.search(words)
    ]


def by_urgency(rows: Mapping[str, Row]) -> list[str]:
    """Ids in the order to do them: what is not held up first, then the most urgent, then the earliest."""
    return sorted(
        rows,
        key=lambda id_: (
            bool(blockers(rows, rows[id_])) or rows[id_]["status"] == "blocked",
            RANKS[rows[id_].get("priority", "normal")],
            ends(rows[id_]),
        ),
    )
