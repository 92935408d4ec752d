"""Private channels and projects: for those in them; for others they are not there, in no answer and in no question."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.actions.execution.executor import Executor
from services.actions.policy.denied import Denied
from services.actions.policy.view import SeenReader, SeenTransaction
from services.files.local import LocalFiles
from services.store.base import Channel, Message, Person, Project, SharedFile, Task, Version
from services.understanding.base import VOCABULARY, Reference, Step
from services.understanding.when import find
from tests.services.actions.policy.office import CLIENTS, ZONE, Office

SARAH, MIKE, GUEST = "mqtt:sarah", "mqtt:mike", CLIENTS["guest"]
SECRET = "zebra"
"""A word that stands in everything that is private here, and nowhere else."""


HIDDEN = frozenset((SECRET, "merger", "contract", "appendix", "minutes", "vote"))


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def version() -> Version:
    return Version(sha256="0" * 64, bytes=1, at=datetime(2026, 12, 1, tzinfo=UTC))


@pytest.fixture
def board(office: Office) -> dict[str, str]:
    """Sarah is in the private channel and project; Mike is in neither."""
    ids: dict[str, str] = {}
    with office.store.transaction("set up") as tx:
        sarah, mike = tx.add(Person(name="Sarah Chen")), tx.add(Person(name="Mike Ross"))
        channel = tx.add(Channel(name=f"{SECRET} board", private=True, members=(sarah.id,)))
        opened = tx.add(Channel(name="board games"))
        project = tx.add(Project(name=f"{SECRET} merger", private=True, members=(sarah.id,)))
        of_project = tx.add(Task(title=f"{SECRET} contract", project_id=project.id))
        part = tx.add(Task(title=f"{SECRET} appendix", parent_id=of_project.id))
        in_channel = tx.add(Task(title=f"{SECRET} minutes", channel_id=channel.id))
        tx.add(Message(content=f"{SECRET} vote", channel_id=channel.id))
        tx.add(Message(content=f"{SECRET} for Sarah", person_id=sarah.id))
        tx.add(Message(content="lunch?", channel_id=opened.id))
        hidden = tx.add(SharedFile(name=f"{SECRET}.pdf", versions=(version(),), channel_ids=(channel.id,)))
        both = tx.add(SharedFile(name="menu.pdf", versions=(version(),), channel_ids=(channel.id, opened.id)))
        public = tx.add(Task(title="buy milk"))
        for name, document in list(locals().items()):
            if isinstance(document, Person | Channel | Project | Task | SharedFile):
                ids[name] = document.id
    return ids


QUESTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("task.query", {}, "what tasks are there"),
    ("task.query", {"title": "contract"}, "is there a contract task"),
    ("task.query", {"project": "merger"}, "what is to do in the merger project"),
    ("task.query", {"channel": "board"}, "tasks of the board channel"),
    ("project.query", {}, "which projects are there"),
    ("project.query", {}, "how many projects do we have"),
    ("project.query", {"name": "merger"}, "how is the merger going"),
    ("channel.query", {}, "which channels are there"),
    ("channel.query", {"name": "zebra"}, "who is in the zebra channel"),
    ("channel.query", {"people": ["Sarah Chen"]}, "which channels is Sarah in"),
    ("message.query", {"content": "vote"}, "messages about the vote"),
    ("message.query", {"recipients": ["zebra board"]}, "what was said in the board"),
    ("file.query", {}, "which files are there"),
    ("file.query", {"file": "zebra"}, "find the zebra file"),
    ("report.create", {"kind": "tasks"}, "a report of the tasks"),
    ("report.create", {"kind": "project", "name": "merger"}, "a report of the merger project"),
]


@pytest.mark.parametrize(("action", "slots", "said"), QUESTIONS)
@pytest.mark.parametrize("client", [MIKE, GUEST])
def test_no_answer_tells_of_what_is_hidden(
    office: Office, board: dict[str, str], client: str, action: str, slots: dict[str, Any], said: str
) -> None:
    replied = office.say(client, action, said=said, **slots)
    asked = words(f"{said} {slots}")
    told = [name for outcome in office.outcomes for _, _, name in outcome.about]
    assert not (words(f"{replied} {told}") - asked) & HIDDEN
    assert not words(str(told)) & HIDDEN


@pytest.mark.parametrize("client", [SARAH, "console"])
def test_who_is_in_it_and_the_owner_see_it(office: Office, board: dict[str, str], client: str) -> None:
    assert office.say(client, "channel.query", said="which channels are there").startswith("Two channels")
    assert office.say(client, "project.query", said="which projects are there").startswith("One project: zebra merger")
    assert "Four tasks" in office.say(client, "task.query", said="what tasks are there")


def test_counts_leave_it_out(office: Office, board: dict[str, str]) -> None:
    assert office.say(MIKE, "project.query", said="how many projects do we have") == "You have no projects."
    assert office.say(GUEST, "channel.query", said="which channels are there") == "One channel: board games."
    assert office.say(MIKE, "task.query", said="how many tasks are there") == "You have one task."


def test_a_question_offers_only_what_is_seen(office: Office, board: dict[str, str]) -> None:
    assert (
        office.say("console", "channel.query", said="who is in the board channel", name="board")
        == "zebra board or board games?".capitalize()
    )
    assert (
        office.say(MIKE, "channel.query", said="who is in the board channel", name="board")
        == "Nobody is in the board games channel."
    )


def test_a_reference_from_elsewhere_opens_nothing(office: Office, board: dict[str, str]) -> None:
    meant = Reference("name", "it", "channel", "zebra board", board["channel"], "context")
    said = office.command(MIKE, Step("channel.status", {"name": "it", "status": "archived"}, references=(meant,)))
    assert office.code and not said.endswith("now.")
    assert office.store.get(Channel, board["channel"]).status == "open"  # type: ignore[union-attr]


def test_who_has_a_task_in_it_knows_of_the_project(office: Office, board: dict[str, str]) -> None:
    with office.store.transaction("give") as tx:
        task = tx.get(Task, board["of_project"])
        assert task is not None
        tx.put(replace(task, assignees=("Mike Ross",), assignee_ids=(board["mike"],)))
    assert office.say(MIKE, "project.query", said="which projects are there").startswith("One project: zebra merger")


def test_who_is_in_a_channel_of_it_knows_of_the_project(office: Office, board: dict[str, str]) -> None:
    with office.store.transaction("open") as tx:
        tx.add(Channel(name="lawyers", members=(board["mike"],), project_id=board["project"]))
    assert office.say(MIKE, "project.query", said="which projects are there").startswith("One project: zebra merger")


def test_who_makes_something_private_is_in_it(office: Office, board: dict[str, str]) -> None:
    assert office.say(MIKE, "channel.create", name="poker", privacy="private") == "Private channel created: poker."
    assert (
        office.say(MIKE, "project.create", name="surprise", privacy="private") == "Private project created: surprise."
    )
    assert office.say(MIKE, "project.query", said="which projects are there") == "One project: surprise, private."
    assert (
        office.say(SARAH, "project.query", said="which projects are there")
        == "One project: zebra merger, private, one open task."
    )
    assert next(each for each in office.store.find(Channel) if each.name == "poker").members == (board["mike"],)


def test_somebody_unknown_can_have_nothing_private(office: Office, board: dict[str, str]) -> None:
    said = office.say(SARAH, "channel.create", name="poker", privacy="private")
    assert said.startswith("Private channel created")
    with office.store.transaction("gone") as tx:
        tx.remove(tx.get(Person, board["mike"]))  # type: ignore[arg-type]
    said = office.say(MIKE, "channel.create", name="whist", privacy="private")
    assert said == "Only somebody whom I know by name can have something private. Ask the owner."
    assert office.code == "policy.private" and office.log()[-1] == ("refused", "member", "policy.private")


def test_nothing_can_be_hidden_from_oneself(office: Office, board: dict[str, str]) -> None:
    said = office.say(MIKE, "channel.status", name="board games", status="private")
    assert said == "Then you would not see it yourself any more. Ask the owner to do that."
    assert not office.store.get(Channel, board["opened"]).private  # type: ignore[union-attr]


def test_two_of_one_name_are_nobody(office: Office, board: dict[str, str]) -> None:
    with office.store.transaction("another") as tx:
        tx.add(Person(name="Sarah Chen"))
    assert office.say(SARAH, "project.query", said="which projects are there") == "You have no projects."


def test_hidden_documents_can_not_be_written_to(office: Office, board: dict[str, str]) -> None:
    with office.store.transaction("try", client=MIKE) as tx:
        seen = SeenTransaction(tx, "Mike Ross", lambda _: True)
        channel, task = tx.get(Channel, board["channel"]), tx.get(Task, board["part"])
        assert channel is not None and task is not None
        for attempt in (
            lambda: seen.put(replace(channel, private=False)),
            lambda: seen.remove(channel),
            lambda: seen.put(replace(task, parent_id=None)),
            lambda: seen.keep(task),
            lambda: seen.remove(task),
            lambda: seen.add(Message(content="hello", channel_id=channel.id)),
            lambda: seen.add(Task(title="spy", project_id=board["project"])),
            lambda: (
                seen.add(Channel(name="x", private=True, members=(board["sarah"],)))
                and seen.put(replace(channel, members=(board["mike"],)))
            ),
        ):
            with pytest.raises(Denied):
                attempt()


def test_search_finds_only_what_is_seen_and_may_be_asked(office: Office, board: dict[str, str]) -> None:
    with office.store.transaction("many") as tx:
        for number in range(30):
            tx.add(Task(title=f"holiday plan {number}", project_id=board["project"]))
        shown = tx.add(Task(title="holiday plan for all"))
    found = SeenReader(office.store, "Mike Ross", lambda _: True).search("holiday", limit=5)
    assert [hit.id for hit in found] == [shown.id], "what is hidden does not push out what is not"
    assert not SeenReader(office.store, "Mike Ross", lambda _: True).search(SECRET)
    assert len(SeenReader(office.store, None, lambda _: True).search("holiday", limit=5)) == 5
    assert not SeenReader(office.store, None, lambda action: action != "task.query").search("holiday")


def test_messages_to_people_are_theirs(office: Office, board: dict[str, str]) -> None:
    def contents(person: str | None) -> list[str]:
        return sorted(each.content for each in SeenReader(office.store, person, lambda _: True).find(Message))

    assert contents("Mike Ross") == contents("") == ["lunch?"]
    assert contents("Sarah Chen") == contents(None) == ["lunch?", "zebra for Sarah", "zebra vote"]


def test_a_file_that_is_also_elsewhere_is_seen(office: Office, board: dict[str, str]) -> None:
    assert [each.name for each in SeenReader(office.store, "", lambda _: True).find(SharedFile)] == ["menu.pdf"]


def test_tasks_under_each_other_in_a_circle_end(office: Office, board: dict[str, str]) -> None:
    with office.store.transaction("circle") as tx:
        one, two = tx.add(Task(title="one")), tx.add(Task(title="two"))
        tx.put(replace(one, parent_id=two.id))
        tx.put(replace(two, parent_id=one.id))
    assert len(SeenReader(office.store, "", lambda _: True).find(Task)) == 3


def test_the_pages_of_a_report_that_tells_of_what_is_private_are_its_makers(
    office: Office, board: dict[str, str], tmp_path: Path
) -> None:
    files = LocalFiles(tmp_path / "inbox", tmp_path / "kept", largest=1 << 20)
    files.open()
    office.executor = Executor(office.store, find_when=find, zone=ZONE, files=files, policy=office.policy)
    told = office.say("console", "report.create", kind="tasks", format="markdown")
    assert told.endswith("The report is among your files as Markdown.") and office.code is None
    made = [each for each in office.store.find(SharedFile) if "report" in each.name]
    assert made and all(each.private for each in made)
    assert all(
        "report" not in each.name for each in SeenReader(office.store, "Mike Ross", lambda _: True).find(SharedFile)
    )
    office.say(MIKE, "report.create", kind="tasks", format="markdown")
    assert office.code is None
    office.say(SARAH, "report.create", kind="tasks", format="text only")
    assert office.code is None


WORDS = (
    "board",
    "merger",
    "contract",
    "appendix",
    "minutes",
    "vote",
    "all",
    "everyone",
    "it",
    "tomorrow",
    "Sarah Chen",
    "Mike Ross",
    "milk",
    "5",
    "",
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_said_nothing_slips_out(office: Office, board: dict[str, str], data: st.DataObject) -> None:
    action = VOCABULARY[data.draw(st.sampled_from(sorted(VOCABULARY)))]
    slots = data.draw(
        st.dictionaries(st.sampled_from(sorted(action.slots)), st.sampled_from(WORDS)) if action.slots else st.just({})
    )
    references = tuple(
        Reference(slot, words, kind, words, board[what], "context")
        for slot, words in slots.items()
        for kind in action.refers.get(slot, ())[:1]
        for what in [{"channel": "channel", "project": "project", "task": "of_project", "file": "hidden"}.get(kind, "")]
        if what and data.draw(st.booleans())
    )
    confirmed = data.draw(st.booleans())
    client = data.draw(st.sampled_from([MIKE, GUEST, CLIENTS["automation"]]))
    before = {kind: dict(office.store.rows(kind)) for kind in (Channel, Project, SharedFile)}
    replied = office.command(
        client, Step(action.name, slots, references=references), said=" ".join(slots.values()), confirmed=confirmed
    )
    assert SECRET not in replied.casefold(), (action.name, slots, replied)
    for kind, place in ((Channel, "channel"), (Project, "project"), (SharedFile, "hidden")):
        assert office.store.rows(kind)[board[place]] == before[kind][board[place]]
