"""Where files go: channels, people, tasks, a project; and the messages about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.actions.base import Refused
from services.actions.call import Call
from services.actions.people.known import EVERYONE, SELF, everybody, known, named, people
from services.actions.tasks import which
from services.actions.wording import counted, listed
from services.store.base import Channel, Message, Person, Project, SharedFile, Task

_ALL = frozenset(("all channels", "all the channels", "all of the channels", "every channel"))
_MANY = 4
"""With more receivers at once, it asks first."""
_OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a file goes."""

    channels: tuple[Channel, ...] = ()
    people: tuple[Person, ...] = ()
    tasks: tuple[Task, ...] = ()
    project: Project | None = None
    told: str = ""
    """A sentence about people who became contacts."""

    def __bool__(self) -> bool:
        return bool(self.channels or self.people or self.tasks or self.project)

    def without(self, file: SharedFile) -> Places:
        """Only where the file is not yet."""
        return replace(
            self,
            channels=tuple(each for each in self.channels if each.id not in file.channel_ids),
            people=tuple(each for each in self.people if each.id not in file.person_ids),
            tasks=tuple(each for each in self.tasks if each.id not in file.task_ids),
            project=None if self.project and self.project.id == file.project_id else self.project,
        )

    @property
    def receivers(self) -> str:
        """The marketing and design channels and Sarah; empty where nobody hears of it."""
        names = [each.name for each in self.channels]
        channels = [f"the {listed(names)} channel{'s' if len(names) > 1 else ''}"] if names else []
        return listed([*channels, *(each.name for each in self.people)])

    @property
    def holders(self) -> str:
        """The task review contract and the Apollo project."""
        tasks = [f"the task {listed([each.title for each in self.tasks])}"] if len(self.tasks) == 1 else []
        tasks += [f"the tasks {listed([each.title for each in self.tasks])}"] if len(self.tasks) > 1 else []
        return listed([*tasks, *([f"the {self.project.name} project"] if self.project else [])])


def places(call: Call) -> Places:
    """Slots: channels, people, tasks, project; a channel may stand among the people and vice versa. Raises Refused."""
    channels: dict[str, Channel] = {}
    rest: list[str] = []
    for slot, first in (("channels", True), ("people", False)):
        for words in call.names(slot):
            if words.casefold() in _ALL:
                channels |= {each.id: each for each in call.tx.find(Channel) if each.status == "open"}
            elif found := _channel(call, slot, words, first=first):
                channels |= {each.id: each for each in found}
            else:
                rest.append(words)
    for each in channels.values():
        if each.status == "archived":
            raise Refused("channel.archived", f"The {each.name} channel is archived. Reopen it first")
    group, told = _people(call, rest)
    count = len(channels) + len(group)
    if count > _MANY:
        call.confirm(f"Share it with {_count(len(channels), len(group))}?")
    tasks = which.several(call, "tasks", closed=True) if call.names("tasks") else []
    project = known(call, "project", Project)[0] if call.names("project") else None
    return Places(tuple(channels.values()), tuple(group), tuple(tasks), project, told)


def linked(file: SharedFile, where: Places) -> SharedFile:
    """The file as it belongs there, too."""
    return replace(
        file,
        channel_ids=(*file.channel_ids, *(each.id for each in where.channels)),
        person_ids=(*file.person_ids, *(each.id for each in where.people)),
        task_ids=(*file.task_ids, *(each.id for each in where.tasks)),
        project_id=where.project.id if where.project else file.project_id,
    )


def announce(call: Call, file: SharedFile, where: Places, verb: str = "Shared") -> list[Message]:
    """A message in each channel and to each person."""
    about = f": {file.description}" if file.description else ""
    draft = Message(content=f"{verb} {file.name}{about}", sender=_OWNER, read=True, file_id=file.id)
    kept = [replace(draft, channel_id=each.id) for each in where.channels]
    kept += [replace(draft, person_id=each.id) for each in where.people]
    return [call.tx.add(message) for message in kept]


def where_it_is(call: Call, file: SharedFile) -> Places:
    """All places it belongs to that there still are."""
    tx = call.tx
    return Places(
        tuple(channel for id_ in file.channel_ids if (channel := tx.get(Channel, id_)) is not None),
        tuple(person for id_ in file.person_ids if (person := tx.get(Person, id_)) is not None),
        tuple(task for id_ in file.task_ids if (task := tx.get(Task, id_)) is not None),
        tx.get(Project, file.project_id) if file.project_id else None,
    )


def _channel(call: Call, slot: str, words: str, *, first: bool) -> list[Channel]:
    """The channel that words mean; none where they mean a person. `first`: a channel is tried before a person."""
    kinds = {ref.kind for ref in call.meant(slot) if words in (ref.words, ref.name)}
    if kinds:
        return named(call, slot, words, Channel) if Channel.kind in kinds else []
    if words.casefold() in SELF or words.casefold() in EVERYONE:
        return []
    if first:
        found = named(call, slot, words, Channel)
        return found or ([] if named(call, slot, words, Person) else named(call, slot, words, Channel, must=True))
    return [] if named(call, slot, words, Person) else named(call, slot, words, Channel)


def _people(call: Call, names: list[str]) -> tuple[list[Person], str]:
    """The people of these names; "everyone" means all contacts, after a yes."""
    if any(words.casefold() in EVERYONE for words in names):
        return everybody(call, lambda count: f"Share it with all {count}?"), ""
    both = [
        ref if ref.slot == "people" else replace(ref, slot="people")
        for ref in call.references
        if ref.slot in ("people", "channels")
    ]
    group = people(replace(call, slots={**call.slots, "people": names}, references=tuple(both)), "people")
    return group.all, group.told()


def _count(channels: int, group: int) -> str:
    parts = [counted(channels, "channel")] if channels else []
    parts += [counted(group, "person", "people")] if group else []
    return listed(parts)
