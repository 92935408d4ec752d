"""Who speaks, and what follows for what they may: dialogues under roles, with a spoken code and an audit log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from device.commands.directory import StoreDirectory
from device.commands.responder import Responder
from device.commands.speakers import Speakers, speaker_of
from services.actions.base import Response
from services.actions.execution.executor import Executor
from services.actions.policy.code import MASK, SpokenCode
from services.actions.policy.policy import Policy
from services.insight.audit import KIND, Audit
from services.store.base import Project, Task
from services.store.store import Store
from services.understanding.names.names import Names
from services.understanding.parser import CommandParser
from services.understanding.slots.amounts import amount_of
from services.understanding.when import find
from services.voiceprints.base import Who
from tests.services.actions.policy.office import ZONE
from tests.services.actions.policy.test_voices import with_voices

ROOT = Path(__file__).parents[3]
UNSURE = {"Anna": 0.5, "Tim": 0.4}


def who(voice: str | Mapping[str, float] | None) -> Who | None:
    """Whose voice: a name, empty for a stranger's, or how likely each is; None: nobody is enrolled."""
    if voice is None:
        return None
    shares = {"Anna": 0.01, "Tim": 0.01} | ({voice: 0.95} if isinstance(voice, str) else dict(voice))
    shares.pop("", None)
    likely = tuple(sorted(shares.items(), key=lambda each: -each[1]))
    name, share = likely[0]
    return Who(name if share >= 0.8 else None, share if share >= 0.8 else 1 - sum(shares.values()), likely)


class Home:
    """An appliance whose owner is Anna, and Tim her child."""

    def __init__(self, store: Store, parser: CommandParser, directory: StoreDirectory, code: SpokenCode | None) -> None:
        self.store, self.code = store, code
        self.now = datetime(2026, 11, 23, 9, 30, tzinfo=ZONE)
        self.audit = Audit(store.journal, store.path.with_name("audit"))
        policy = Policy(with_voices(unknown_voice="guest"), self.audit.record, code)
        directory.follow(policy)
        executor = Executor(store, find_when=find, zone=ZONE, read_amount=amount_of, currency="USD", policy=policy)
        self.responder = Responder(parser, executor, lambda: self.now, directory=directory, policy=policy)
        with store.transaction("seed", now=self.now - timedelta(days=1), undoable=False) as tx:
            tx.add(Project(name="launch"))
            tx.add(Project(name="garden"))
            tx.add(Task(title="sweep the yard"))

    def hear(self, text: str, voice: str | Mapping[str, float] | None = None, client: str = "microphone") -> Response:
        self.now += timedelta(seconds=8)
        heard = self.code.hide(text, client) if self.code else text
        return self.responder.respond(heard, client=client, who=who(voice))

    def say(self, text: str, voice: str | Mapping[str, float] | None = None, client: str = "microphone") -> str:
        return self.hear(text, voice, client).reply.text

    def log(self) -> list[tuple[Any, ...]]:
        return [
            tuple(each.fields[name] for name in ("what", "client", "code")) for each in self.store.journal.rows(KIND)
        ]

    def projects(self) -> list[str]:
        return [each.name for each in self.store.find(Project)]

    def titles(self) -> list[str]:
        return [each.title for each in self.store.find(Task)]


@pytest.fixture(scope="module")
def parser() -> tuple[CommandParser, list[StoreDirectory]]:
    here: list[StoreDirectory] = []

    def names() -> Names:
        return here[-1].names()

    return CommandParser(ROOT / "config" / "sentences", names=names), here


@pytest.fixture
def make(parser: tuple[CommandParser, list[StoreDirectory]], tmp_path: Path) -> Iterator[Callable[..., Home]]:
    with Store(tmp_path / "equerry.db") as store:
        parser[1].append(StoreDirectory(store))
        yield lambda code="": Home(store, parser[0], parser[1][-1], SpokenCode(code) if code else None)


def test_a_child_is_refused_by_voice_and_the_log_tells_whose_it_was(make: Callable[..., Home]) -> None:
    home = make()
    assert home.say("delete the launch project", "Tim") == "Children can't delete projects. Ask the owner."
    assert home.say("delete the launch project", "") == "Guests can't delete projects. Ask the owner."
    assert home.log() == [
        ("refused", "voice:Tim@microphone", "policy.role"),
        ("refused", "voice:@microphone", "policy.role"),
    ]


def test_the_same_words_typed_are_the_clients(make: Callable[..., Home]) -> None:
    home = make()
    home.say("create a task to call the bank", "Tim")
    assert "?" in home.say("delete the launch project")
    assert home.say("yes").startswith("Project deleted")


def test_a_yes_is_whose_voice_it_is(make: Callable[..., Home]) -> None:
    home = make()
    assert "?" in home.say("delete the launch project", "Anna")
    assert home.say("yes", "Tim") == "Children can't delete projects. Ask the owner."
    assert home.projects() == ["launch", "garden"]


def test_it_asks_who_speaks_where_their_role_decides(make: Callable[..., Home]) -> None:
    home = make()
    assert home.say("delete the launch project", UNSURE) == "Is that Anna?"
    assert home.say("no, it's Tim") == "Children can't delete projects. Ask the owner."
    assert home.log() == [("refused", "voice:Tim@microphone", "policy.role")]
    home.now += timedelta(minutes=6)
    assert home.say("delete the launch project", UNSURE) == "Is that Anna?"
    assert home.say("yes", UNSURE) == "Delete the project launch?"
    assert home.say("yes", UNSURE).startswith("Project deleted"), "it is known by now who speaks"


def test_whose_yes_counts_is_asked_too(make: Callable[..., Home]) -> None:
    home = make()
    assert home.say("delete the task sweep the yard", UNSURE) == "Is that Anna?"
    assert home.say("never mind", UNSURE) == "All right, nothing was done."
    assert home.titles() == ["sweep the yard"]


def test_a_no_asks_for_the_next_and_then_it_is_nobody(make: Callable[..., Home]) -> None:
    home = make()
    assert home.say("delete the task sweep the yard", {"Tim": 0.5, "Anna": 0.4}) == "Is that Tim?"
    assert home.say("no") == "Is that Anna?"
    assert home.say("no") == "Guests can't delete tasks. Ask the owner or a member."
    assert home.titles() == ["sweep the yard"]


def test_it_goes_on_where_it_does_not_matter(make: Callable[..., Home]) -> None:
    home = make()
    assert home.say("create a task to call the bank", UNSURE).startswith("Task created")
    assert home.store.find(Task)[-1].created_by == ""
    assert home.say("set a timer for five minutes", UNSURE).startswith("Timer")


def test_a_stranger_that_nobody_takes_for_anybody_is_not_asked(make: Callable[..., Home]) -> None:
    home = make()
    assert home.say("delete the launch project", {"Anna": 0.1, "Tim": 0.05}).startswith("Guests can't")


def test_too_short_to_tell_is_whoever_spoke_before(make: Callable[..., Home]) -> None:
    home = make()
    home.say("create a task to feed the cat", "Tim")
    nothing = Who(None, 0.0)
    home.now += timedelta(seconds=5)
    assert home.responder.respond("delete the launch project", client="microphone", who=nothing).reply.text.startswith(
        "Children can't"
    )
    home.now += timedelta(minutes=6)
    assert home.responder.respond("delete the launch project", client="microphone", who=nothing).reply.text.startswith(
        "Guests can't"
    )


@pytest.mark.parametrize(("answer", "done"), [("Yes.", True), ("No.", False)])
def test_one_alone_who_is_enrolled_is_asked_about_where_it_matters(
    make: Callable[..., Home], answer: str, done: bool
) -> None:
    home = make()
    unsure = Who(None, 0.4, (("Anna", 0.6),))

    def say(text: str, who: Who) -> str:
        home.now += timedelta(seconds=8)
        return home.responder.respond(text, client="microphone", who=who).reply.text

    assert "Is that" not in say("set a timer for five minutes", unsure), "anybody may"
    assert say("delete the launch project", unsure) == "Is that Anna?"
    assert say(answer, unsure).startswith("Delete the project" if done else "Guests can't")
    sure_of_nobody = Who(None, 0.9, (("Anna", 0.1),))
    assert speaker_of("microphone", sure_of_nobody).by == "voice:@microphone"
    assert not speaker_of("microphone", sure_of_nobody).maybe


def test_where_nobody_can_be_told_whoever_speaks_is_an_unknown_voice(make: Callable[..., Home]) -> None:
    """A damaged file, a model that is not there: Who(None, 0.0), as of too short a word."""
    home = make()
    told = home.responder.respond("delete the launch project", client="microphone", who=Who(None, 0.0)).reply.text
    assert told.startswith("Guests can't")


def test_nobody_enrolled_is_no_voice() -> None:
    assert Speakers().of("microphone", None, datetime.now(ZONE)).by == ""


# --- the code ---


def test_what_is_dangerous_takes_the_code(make: Callable[..., Home]) -> None:
    home = make("4711")
    assert home.say("delete the launch project", "Anna") == "Delete the project launch?"
    asked = home.hear("yes", "Anna")
    assert (asked.reply.text, asked.reply.awaits) == ("What's the code?", True)
    assert home.projects() == ["launch", "garden"]
    assert home.say("four seven one one", "Anna").startswith("Project deleted")
    assert home.projects() == ["garden"]
    assert [what for what, _, _ in home.log()][-1] == "confirmed"


def test_also_where_nobody_is_enrolled(make: Callable[..., Home]) -> None:
    home = make("4711")
    home.say("delete the launch project")
    assert home.say("yes") == "What's the code?"
    assert home.say("47 11").startswith("Project deleted")


def test_a_wrong_code_is_asked_again_and_three_end_it(make: Callable[..., Home]) -> None:
    home = make("4711")
    home.say("delete the launch project", "Anna")
    home.say("yes", "Anna")
    assert home.say("one two three four", "Anna") == "That's not the code. What is it?"
    assert home.say("4712", "Anna") == "That's not the code. What is it?"
    said = home.say("4713", "Anna")
    assert said == "The code was wrong three times. Nothing was done. Try again in 10 minutes."
    home.say("delete the launch project", "Anna")
    assert home.say("yes", "Anna") == said
    assert home.projects() == ["launch", "garden"]
    assert home.log().count(("refused", "voice:Anna@microphone", "policy.code")) == 4


def test_a_code_counts_for_one_command(make: Callable[..., Home]) -> None:
    home = make("4711")
    home.say("delete the launch project", "Anna")
    home.say("yes", "Anna")
    home.say("4711", "Anna")
    home.say("delete the garden project", "Anna")
    assert home.say("yes", "Anna") == "What's the code?"


@pytest.mark.parametrize("said", ["no", "cancel", "never mind"])
def test_no_code_nothing_done(make: Callable[..., Home], said: str) -> None:
    home = make("4711")
    home.say("delete the launch project", "Anna")
    home.say("yes", "Anna")
    assert home.say(said, "Anna")
    assert home.projects() == ["launch", "garden"]
    assert home.say("4711", "Anna") != MASK


def test_another_voices_code_is_no_leave(make: Callable[..., Home]) -> None:
    home = make("4711")
    home.say("delete the launch project", "Anna")
    home.say("yes", "Anna")
    assert home.say("4711", "Tim") == "Children can't delete projects. Ask the owner."


def test_the_console_is_not_asked_for_it(make: Callable[..., Home]) -> None:
    home = make("4711")
    home.say("delete the launch project", client="console")
    assert home.say("yes", client="console").startswith("Project deleted")


def test_nobody_forges_it_by_typing_what_stands_for_it(make: Callable[..., Home]) -> None:
    home = make("4711")
    home.say("delete the launch project", "Anna")
    home.say("yes", "Anna")
    assert home.say(MASK, "Anna") == "What's the code?"
    assert home.projects() == ["launch", "garden"]


def test_what_is_harmless_takes_none(make: Callable[..., Home]) -> None:
    home = make("4711")
    assert home.say("create a task to call the bank", "Anna").startswith("Task created")
    assert home.say("undo", "Anna").startswith("Undone")
