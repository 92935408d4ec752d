"""One command while it is carried out: what its steps did so far, and what is said of it in the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from firmware.errors import FacultyError
from services.actions.base import Outcome, ReadCommands, Refused, Reply, Response
from services.actions.call import Done, Prepared
from services.actions.execution.outside import Outside
from services.actions.execution.planner import critical
from services.actions.execution.progress import Cancelled, CommandProgress, nobody
from services.actions.policy.permit import Leave
from services.actions.wording import clause, told
from services.understanding.base import VOCABULARY, Command

_QUOTED, _BEGINNING = 20, 8
"""Words of what was not understood that are said again; and how many of more."""
_ELSE_UNCHANGED = " Nothing was changed."
"""At the end of an error's sentence."""


@dataclass
class CommandRun:
    """Belongs to the thread that runs the command."""

    command: Command
    now: datetime
    client: str
    tell: CommandProgress
    read_commands: ReadCommands
    """Reads the same sentences only once."""
    key: str = ""
    """Committed with it; empty for none."""
    foreseen: bool = False
    """Nothing is kept of it, and it sees the store alone."""
    permit: Leave = field(default_factory=Leave)
    outside: Outside | None = None
    """The house, where one is connected."""
    at: int | None = None
    """The step that is being done; None between them, and at the commit."""
    prepared: Mapping[int, Prepared] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    asks: str = ""
    """What the last step asks, once all is done."""
    afterwards: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.critical = critical(self.command.steps)

    def rehearsal(self) -> CommandRun:
        """The same, of which nobody is told and nothing is kept."""
        tell = replace(self.tell, report=nobody, begun=set())
        return replace(self, tell=tell, outcomes=dict(self.outcomes), labels=[], afterwards=[], at=None)

    def did(self, index: int, done: Done) -> None:
        """A step has done its work."""
        action = self.command.steps[index].action
        changed = tuple((document.kind, document.id) for document in done.changed)
        about = tuple((each.kind, each.id, each.called) for each in done.about or done.changed)
        self.outcomes[index] = Outcome(action, True, done.words, changed=changed, about=about)
        self.labels += [done.label] if done.label else []
        self.afterwards += done.after
        self.asks = done.asks
        self.tell("step_completed", index, done.words)

    @property
    def told(self) -> str:
        """What the steps that are done say, but for messages: for one that tells of them."""
        done = [each.words for _, each in sorted(self.outcomes.items()) if each.ok and each.action != "message.send"]
        return told(done).rstrip(".") if done else ""

    def failed(self, index: int, error: FacultyError) -> None:
        """A step has failed: alone if the others can do without it and it asks nothing, else the error is raised on."""
        self.at = index
        self.tell("step_failed", index, told([str(error)]), code_of(error))
        if index in self.critical or (isinstance(error, Refused) and error.awaits):
            raise error
        words = str(error).removesuffix(_ELSE_UNCHANGED)  # other steps may well have changed something
        self.outcomes[index] = Outcome(self.command.steps[index].action, False, words, code_of(error))
        self.at = None

    def completed(self) -> Response:
        """What is told after the commit: what was done, in spoken order, then what was not."""
        outcomes = tuple(self.outcomes[index] for index in range(len(self.command.steps)))
        done = [outcome.words for outcome in outcomes if outcome.ok]
        missing = [_missing(outcome) for outcome in outcomes if not outcome.ok]
        if done:
            missing = [f"{'And' if number else 'But'} {words}" for number, words in enumerate(missing)]
        asks = [self.asks] if self.asks and len(outcomes) == 1 else []  # an answer could be meant for another step
        return Response(self.command, outcomes, Reply(told([*done, *missing, *asks]), bool(asks)))

    def rolled_back(self, error: FacultyError) -> Response:
        """Which step failed, or that the commit did, and that nothing was done."""
        awaits = isinstance(error, Refused) and error.awaits
        words = told([str(error)])
        all_said = len(self.command.steps) == 1 or isinstance(error, Cancelled) or words.endswith(_ELSE_UNCHANGED)
        text = words if all_said else f"Nothing was done yet. {words}" if awaits else f"{words} Nothing was done."
        self.tell("rolled_back", self.at, text, code_of(error))
        outcomes = tuple(self._not_done(index, words, error) for index in range(len(self.command.steps)))
        return Response(self.command, outcomes, Reply(text, awaits))

    def _not_done(self, index: int, words: str, error: FacultyError) -> Outcome:
        action = self.command.steps[index].action
        if index != self.at and index in self.outcomes and not self.outcomes[index].ok:
            return replace(self.outcomes[index], words="")
        if self.at is None or index == self.at:
            return Outcome(
                action, False, words, code_of(error), choice=error.choice if isinstance(error, Refused) else None
            )
        return Outcome(action, False, "", "action.rolled_back" if index in self.outcomes else "action.not_run")


def code_of(error: FacultyError) -> str:
    """The stable code of a failure."""
    return error.reason if isinstance(error, Refused) else error.code


def reading_once(read: ReadCommands) -> ReadCommands:
    """Reads like `read`, and remembers: what a preparation has read need not be read again within the transaction."""
    once = cache(read)
    return lambda texts, now: once(tuple(texts), now)


def _missing(outcome: Outcome) -> str:
    """ "I couldn't make the report: the disk is full"; "there is no shopping list"."""
    action = VOCABULARY.get(outcome.action)
    why = clause(outcome.words)
    return f"I couldn't {action.doing}: {why}" if action and action.doing else why


def not_understood(text: str) -> str:
    """A long text is quoted by its first words: nobody wants to hear all of it again."""
    words = text.split()
    if len(words) > _QUOTED:
        return f"I didn't understand “{' '.join(words[:_BEGINNING])}” and what followed."
    return told([f"I didn't understand “{text.strip()}”"]) if words else "I didn't hear anything."
