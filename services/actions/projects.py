"""Projects: create, query, update, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from services.actions.base import Refused, Unanswered, required
from services.actions.call import Call, Done, family
from services.actions.people.known import bare_name, known
from services.actions.projects_wording import answered, overview, status_words
from services.actions.tasks.delete import removed
from services.actions.tasks.due import NONE
from services.actions.tasks.rows import documents, in_project, is_open
from services.actions.tasks.wording import due_words
from services.actions.times import deadline, span
from services.actions.wording import PRIVATE, counted, enumerated, paged, proper, spoken
from services.store.base import Channel, Project, Task

State = Literal["open", "on_hold", "done", "cancelled", "archived"]

_READ_ALOUD = 5
_WORDS: Mapping[State, str] = {
    "open": "active|open|reopened|in progress|started|running|ongoing|current|on track|planned",
    "on_hold": "on hold|on ice|paused|blocked|stuck|inactive|delayed|at risk|in planning",
    "done": "done|complete|completed|finished|closed",
    "cancelled": "cancelled|canceled|abandoned",
    "archived": "archived",
}
_STATES = {word: state for state, words in _WORDS.items() for word in words.split("|")}
_LATE = ("late", "overdue")
_PUBLIC = ("public", "open to all")


def create(call: Call) -> Done:
    """Slots: name, description, when, privacy. An existing one stays; one that was over is reopened after a yes."""
    name = required(
        bare_name(spoken(call.text("name")), Project), "project.no_name", "What shall the project be called?"
    )
    there = _called(call, name)
    if there is not None and there.status == "open":
        return Done(f"There is a project {there.name} already", about=(there,))
    if there is not None:
        call.confirm(f"There is a project {there.name} already, which is {status_words(there)}. Shall I open it again?")
    project = _due(call, there or Project(name=name, private=call.text("privacy").casefold() in PRIVATE))
    project = replace(project, status="open", description=spoken(call.text("description")) or project.description)
    kept = call.tx.put(project) if there else call.tx.add(project)
    due = f", due {due_words(call, kept)}" if kept.due else ""
    noun = "Private project" if kept.private else "Project"
    said = f"{noun} {'opened again' if there else 'created'}: {kept.name}{due}"
    return Done(said, f"project created: {kept.name}", (kept,))


def query(call: Call) -> Done:
    """Slots: name (how it stands, who, when due); without it, status and when (due then) say which are listed."""
    if call.names("name"):
        found = known(call, "name", Project)
        return Done(". ".join(answered(call, project) for project in found), about=tuple(found))
    said = call.text("status").casefold()
    status = _STATES.get(said, "open")
    projects = call.tx.find(Project, lambda fields: fields["status"] == status)
    if said in PRIVATE or said in _PUBLIC:
        projects = [each for each in projects if each.private == (said in PRIVATE)]
    word = f"{said} " if said and said not in ("open", "active", "current") and " " not in said else ""
    if said in _LATE:
        projects = [each for each in projects if each.due is not None and each.due <= call.now]
    when = f" {said}" if " " in said else ""
    if (found_when := call.found("when")) is not None:
        asked = span(found_when)
        projects = [each for each in projects if each.due is not None and asked.holds(each.due)]
        when += f" due {proper(call.text('when'))}"
    if not projects or call.said.casefold().startswith("how many"):
        count = counted(len(projects), f"{word}project")
        return Done(f"You have {count}{when}", about=tuple(projects[:_READ_ALOUD]))
    return _listed(call, projects, f"{word}project", when)


def update(call: Call) -> Done:
    """Slots: name; new_name, description, status, when (its deadline; "none" takes it away)."""
    project = _one(call)
    required(
        any(call.text(slot) for slot in ("new_name", "description", "status", "when")),
        "project.no_change",
        f"What shall I change about {project.name}?",
    )
    changed = _due(call, project)
    if new := bare_name(spoken(call.text("new_name")), Project):
        clash = _called(call, new)
        if clash is not None and clash.id != project.id:
            raise Refused("project.exists", f"There is a project {clash.name} already")
        changed = replace(changed, name=new)
    if description := spoken(call.text("description")):
        changed = replace(changed, description=description)
    said = spoken(call.text("status")).casefold()
    if said in PRIVATE or said in _PUBLIC:
        changed = replace(changed, private=said in PRIVATE)
    elif said:
        if said not in _STATES:
            raise Unanswered(
                "project.status",
                "It can be active, on hold, done, cancelled, archived, private or public. Which is it?",
            )
        changed = replace(changed, status=_STATES[said])
    kept = call.tx.put(changed)
    return Done(_told(call, project, kept), f"project changed: {kept.name}", (kept,))


def delete(call: Call) -> Done:
    """Slots: name. Always asks; the tasks of the project go with it, its channels stay."""
    project = _one(call)
    tasks = documents(call.tx, list(in_project(call.tx.rows(Task), project.id)))
    along = f" with its {'task' if len(tasks) == 1 else counted(len(tasks), 'task')}" if tasks else ""
    call.confirm(f"Delete the project {project.name}{along}?")
    removed(call, tasks)
    channels = call.tx.find(Channel, lambda fields: fields.get("project_id") == project.id)
    for channel in channels:
        call.tx.put(replace(channel, project_id=None))
    call.tx.remove(project)
    along = f", and {counted(len(tasks), 'task')} with it" if tasks else ""
    return Done(f"Project deleted: {project.name}{along}", f"project deleted: {project.name}", (project, *tasks))


ACTIONS = family("project", create, query, update, delete)


def _one(call: Call) -> Project:
    required(call.names("name"), "project.no_name", "Which project?")
    return known(call, "name", Project)[0]


def _called(call: Call, name: str) -> Project | None:
    return next(iter(call.tx.find(Project, lambda fields: str(fields["name"]).casefold() == name.casefold())), None)


def _due(call: Call, project: Project) -> Project:
    """The project with the deadline that was said, if any. Raises Unanswered."""
    said = call.text("when")
    if not said:
        return project
    if said.casefold() in NONE:
        return replace(project, due=None)
    found = call.found("when")
    last = None if found is None else deadline(found, call.now)
    if last is None:
        raise call.unclear("project.when", said, "When is it due?")
    shift = last.at - call.now if found is not None and found.kind == "duration" else None
    at = project.due + shift if shift is not None and project.due is not None else last.at
    if at < call.now and not last.whole_day:
        raise call.passed("project.past", at, "When is it due?")
    return replace(
        project, due=at, due_grain=project.due_grain if shift and project.due else "day" if last.whole_day else "minute"
    )


def _told(call: Call, old: Project, new: Project) -> str:
    """Only what is different."""
    words = [f"{old.name} is called {new.name} now"] if new.name != old.name else []
    if new.status != old.status:
        left = (
            sum(is_open(row) for row in in_project(call.tx.rows(Task), new.id).values()) if new.status == "done" else 0
        )
        still = f", though {counted(left, 'task')} of it {'is' if left == 1 else 'are'} still open" if left else ""
        words.append(f"the project {new.name} is {status_words(new)} now{still}")
    if new.private != old.private:
        words.append(f"the project {new.name} is {'private' if new.private else 'public'} now")
    if (new.due, new.due_grain) != (old.due, old.due_grain):
        words.append(
            f"{new.name} is due {due_words(call, new)} now" if new.due else f"{new.name} has no deadline any more"
        )
    if new.description != old.description:
        words.append(f"{new.name}: {new.description}")
    return ". ".join(words) or f"The project {new.name} is so already"


def _listed(call: Call, projects: Sequence[Project], noun: str, when: str) -> Done:
    skip = int(call.text("skip") or 0)
    page = projects[skip : skip + _READ_ALOUD]
    if not page:
        return Done("That was all")
    rows = call.tx.rows(Task)
    told = [overview(call, each, rows) for each in page]
    if skip:
        return Done(f"Then: {enumerated(told)}", about=tuple(page))
    return Done(paged(f"{counted(len(projects), noun)}{when}", told, len(projects)), about=tuple(page))
