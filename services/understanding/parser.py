"""From a text to a command: reserved words, templates and the language model, or none."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from services.understanding.agreement import SURE, agreed, alike, is_plain
from services.understanding.base import VOCABULARY, Command, Risk, SentencesBroken, Source, Step
from services.understanding.breaths import flowing
from services.understanding.cannot import cannot, is_ours, only_sends
from services.understanding.foreign import is_for_others
from services.understanding.links import link
from services.understanding.model.base import Context, LanguageModel
from services.understanding.model.grammar import answer_of
from services.understanding.names.names import Names
from services.understanding.reserved import reserved
from services.understanding.sentences.lessons import Lesson
from services.understanding.sentences.match import TELLING, Match
from services.understanding.sentences.partial import MOST_GAPS
from services.understanding.sentences.repairs import cleaned, repaired, written
from services.understanding.sentences.spans import find_spans, mask
from services.understanding.sentences.split import Effort, SentenceReader, SentenceReading, TooIntricate
from services.understanding.sentences.taught import SURE as TAUGHT
from services.understanding.sentences.taught import Taught
from services.understanding.sentences.templates import Templates, sentences_of
from services.understanding.when import House
from services.understanding.when import warm_up as load_holidays
from services.understanding.words import Word, split_words, word_set

if TYPE_CHECKING:
    from services.understanding.house.reader import HouseReader

Policy = Literal["templates-first", "agreement"]
"""templates-first: the model is asked only where no template fits. agreement: also where those that fit may take free
words for what they are not; a model that is sure of something else is believed (docs/command-model.md has what comes of
either).
"""

LONGEST_TEXT = 1_000
"""Characters; nobody says a longer command in one breath, and no text may take unbounded time."""
MOST_STEPS = 50
"""More than anybody asks for in one breath: rather nothing than a part of it."""
HOUSE_SURE = 0.95
"""How sure a sentence of the house is: its names are known, and all of its words are read."""
RUNS_ON = frozenset(
    ("message.send", "note.create", "reminder.create", "task.create", "task.update", "note.update", "routine.create")
)
"""What follows "and" may be what one is told, reminded of or has to do."""
_WHOLE = 0.9
"""Confidence from which nothing of a sentence was left out or put right."""
_WORD = re.compile(r"[\w']+")
_SMALL = word_set("a an the my and")
"""Words that a recogniser takes for one another, and that mean the same."""
_RISKS: tuple[Risk, ...] = ("high", "low", "none")
_REPAIRED = 0.8
"""How sure a command is that words had to be put right for."""


class CommandParser:
    """Implements Parser on a folder of sentences and perhaps a language model. Safe to use from several threads."""

    def __init__(
        self,
        sentences: Path,
        model: LanguageModel | None = None,
        *,
        more: Sequence[Path] = (),
        names: Callable[[], Names] = Names,
        house: House | None = None,
        taught: Path | None = None,
        policy: Policy = "agreement",
        at_home: HouseReader | None = None,
    ) -> None:
        """`sentences` holds a folder of *.yaml for each language, or is one; `more` have such folders, whose sentences
        belong to the same languages; `names` are those known now; `house` what times mean here, None: the usual;
        `taught` the file of what the owner taught (services.understanding.sentences.taught), there or not; `policy` who
        decides where templates and model differ; `at_home` reads what is said to the house that is connected.

        Raises SentencesBroken."""
        folders = sorted({path.parent for path in sentences.glob("*/*.yaml")}) or [sentences]
        self._taught = Taught(taught)
        self.languages = [
            Templates(
                folder,
                *(each / folder.name for each in more),
                is_name=lambda word: names().is_name(word),
                taught=self._taught,
            )
            for folder in folders
        ]
        self._names = names
        self._model = model
        self._house = house
        self._policy = policy
        self._at_home = at_home
        self._reading = threading.Lock()

    def whole(self, text: str, *, now: datetime) -> Risk | None:
        """The worst that the command which a text is can do; None where it is no whole command, in one piece and with
        nothing left over. Meant for a parser without a model, which is quick.
        """
        command = self.parse(text, now=now)
        if not command.steps or command.source not in ("reserved", "template") or command.confidence < _WHOLE:
            return None
        risks = {VOCABULARY[step.action].risk for step in command.steps}
        return next(risk for risk in _RISKS if risk in risks)

    def same(self, one: str, other: str, *, now: datetime) -> bool:
        """Whether two texts ask for the same, whatever small words stand between. As `whole`, without a model."""
        return _asks_for(self.parse(one, now=now)) == _asks_for(self.parse(other, now=now))

    def words(self) -> frozenset[str]:
        """What the sentences are made of: words that are said to the appliance, whatever names there are."""
        return frozenset(word for templates in self.languages for word in templates.words())

    def parse(self, text: str, *, now: datetime, focus: str = "", before: Command | None = None) -> Command:
        """Never raises for any text. `now` is zone-aware; `focus` is what the conversation is about; `before`: read it
        as what goes on from that command, by the language model alone.
        """
        self.reload()
        clean = cleaned(text)
        if before is not None:
            return replace(self._behind(clean, before, now, focus), text=text)
        step = reserved(text) or reserved(clean)
        if step is not None:
            return Command(text, (step,), 1.0, "reserved")
        return replace(self._parse(clean, now, focus), text=text)

    def _parse(self, text: str, now: datetime, focus: str) -> Command:
        if len(text) > LONGEST_TEXT or not any(c.isalnum() for c in text):
            return Command(text, (), 0.0, "none")
        if self._taught and (lesson := self._lesson(text)):
            return _command(text, lesson.steps, TAUGHT, "template") if lesson.steps else Command(text, (), 1.0, "none")
        if self._at_home and (command := self._said_at_home(text, self._at_home, now, focus)):
            return command
        return self._plainly(text, now, focus)

    def _plainly(self, text: str, now: datetime, focus: str) -> Command:
        """By sentences and model, whatever the house may be told with it."""
        words = mask(text, find_spans(text, now, self._house))
        found = self._found(text, list(sentences_of(words)), now, focus)
        return self._ours(found, words)

    def _said_at_home(self, text: str, reader: HouseReader, now: datetime, focus: str) -> Command | None:
        """What is said to the house, and what else is said with it; None where a part of it is not understood."""
        steps: list[Step] = []
        sure: float = HOUSE_SURE
        for piece in reader.pieces(text, lambda words: self._is_closed(words, now)):
            if isinstance(piece, Step):
                steps.append(piece)
                continue
            command = self._plainly(piece, now, focus)
            if not command.steps:
                return None
            begin, sure = len(steps), min(sure, command.confidence)
            steps += [replace(step, after=tuple(begin + each for each in step.after)) for step in command.steps]
        return _command(text, steps, sure, "template") if steps else None

    def _is_closed(self, text: str, now: datetime) -> bool:
        """Whether precise sentences read all of a text, and its last words are not free ones that might go on: "remind
        me to lock up at ten and turn off the lights", not "note that I shall lock up and turn off the lights".
        """
        spans = find_spans(text, now, self._house)
        try:
            read = self._read(text, list(sentences_of(mask(text, spans))), Effort())
        except TooIntricate:
            return False
        ends_in_time = any(not text[span.end :].strip(" .,;!?") for span in spans)
        return read.precise and (ends_in_time or read.steps[-1].action not in RUNS_ON)

    def _behind(self, text: str, before: Command, now: datetime, focus: str) -> Command:
        """What goes on from another command, as the language model has learnt it of several orders in one sentence."""
        if max(len(text), len(before.text)) > LONGEST_TEXT or not any(c.isalnum() for c in text):
            return Command(text, (), 0.0, "none")
        context = Context(now.date(), focus, self._named(text), cleaned(before.text), answer_of(before.steps))
        return self._ours(self._guessed(text, context), mask(text, find_spans(text, now, self._house)))

    def _ours(self, found: Command, words: Sequence[Word]) -> Command:
        """What was found, or none where it is an order that nobody here can follow, unless the owner has taught it."""
        said = self._unwrapped(words)
        others = is_for_others(said, found.steps)
        if not others and (not cannot(found.text) or is_ours(found)):
            return found
        if any(self._taught.fits(said, found.text, lambda word: self._names().is_name(word))):
            return found
        # Of an e-mail it is known what shall be sent: the reply says that it was not (device/commands/responder.py).
        return (
            replace(found, disputed=True) if only_sends(found) and not others else Command(found.text, (), 0.0, "none")
        )

    def _found(self, text: str, said: Sequence[Sequence[Word]], now: datetime, focus: str) -> Command:
        """What templates and model make of it."""
        effort = Effort()
        try:
            read = self._read(text, said, effort)
        except TooIntricate:  # nobody speaks so; rather nothing than a part of it
            return Command(text, (), 0.0, "none")
        if len(said) > 1 and read.gaps and (whole := self._flowing(text, read, now, effort)):
            return whole
        # A broad template that reads a whole sentence is as likely wrong as a word misheard; several pieces that fit
        # are not.
        doubtful = read.gaps or not read.matches or (read.loose and len(read.matches) == 1)
        told, meant = self._repaired(text, said, effort) if doubtful else (None, "")
        if told is None and read.matches and not read.gaps:
            told = _command(text, read.steps, read.sure, "template")
        if told and (self._policy == "templates-first" or is_plain(text, read, said)):
            return told
        context = Context(now.date(), focus, self._named(text), likely=told.steps if told else ())
        if told is None:
            return self._with_model(text, read, context)
        return self._agreed(told, read, meant, lambda: self._put_right(text, said), context)

    def _flowing(self, text: str, parted: SentenceReading, now: datetime, effort: Effort) -> Command | None:
        """What precise templates read where the full stops within a text end nothing, as it is where the first sentence
        is no command or lacks something, or among things for a list; else None.
        """
        flows = flowing(text)
        words = mask(flows, find_spans(flows, now, self._house))
        try:
            read = self._read(flows, list(sentences_of(words)), effort)
        except TooIntricate:
            return None
        begun = bool(parted.matches) and parted.matches[0].complete and parted.gaps[0][0] > 0
        if not read.precise or (begun and any(step.action != "list.add" for step in read.steps)):
            return None
        return _command(text, read.steps, read.sure, "template")

    def _read(self, text: str, said: Sequence[Sequence[Word]], effort: Effort) -> SentenceReading:
        """The reading of the language that reads most; a whole precise one ends the search. Raises TooIntricate."""
        best = SentenceReading(())
        for templates in self.languages:
            read = SentenceReader(templates, text, effort).sentences(said)
            best = read if read.rank > best.rank or not best.matches else best
            if best.rank == (True, True):
                break
        return best

    def _repaired(self, text: str, said: Sequence[Sequence[Word]], effort: Effort) -> tuple[Command | None, str]:
        """What a precise template reads once words that recognisers mistake are put right, and the text with these."""
        words = [word for sentence in said for word in sentence]
        for templates in self.languages:
            for tried in repaired(words, templates.sentences.misheard):
                try:
                    read = SentenceReader(templates, text, effort).sentences(list(sentences_of(tried)))
                except TooIntricate:
                    return None, ""
                if read.precise:
                    return _command(text, read.steps, read.sure * _REPAIRED, "template"), written(text, tried)
        return None, ""

    def _put_right(self, text: str, said: Sequence[Sequence[Word]]) -> str:
        """The text with the first word put right that recognisers mistake, where a template takes it as it is ("create
        a test to …" is a task); empty where there is none.
        """
        words = [word for sentence in said for word in sentence]
        tried = (each for templates in self.languages for each in repaired(words, templates.sentences.misheard))
        return next((written(text, each) for each in tried), "")

    def _lesson(self, text: str) -> Lesson | None:
        """What the owner taught these very words to mean, politeness around them apart."""
        tried = (split_words(text), self.unwrapped(text))
        return next(
            (lesson for said in tried if (lesson := self._taught.exactly(tuple(word.text for word in said)))), None
        )

    def unwrapped(self, text: str) -> list[Word]:
        """The words of a text without the politeness around them."""
        return self._unwrapped(split_words(text))

    def _unwrapped(self, said: Sequence[Word]) -> list[Word]:
        said = list(said)
        for templates in self.languages:
            said = templates.unwrap(said)
        return said

    def _with_model(self, text: str, read: SentenceReading, context: Context) -> Command:
        """The whole as the model takes it, or what the templates read with their gaps filled by the model: the surer of
        them, and the whole where it finds as many things; none where it knows neither.
        """
        whole = self._guessed(text, context)
        if not read.matches or whole.confidence >= SURE or len(whole.steps) >= max(2, len(read.steps) + len(read.gaps)):
            return whole
        filled = self._filled(text, read, context)
        return filled if filled and filled.confidence > whole.confidence else whole

    def _filled(self, text: str, read: SentenceReading, context: Context) -> Command | None:
        """What the templates read with their gaps filled by the model; None where it does not know one of them."""
        if self._model is None or len(read.gaps) > MOST_GAPS:
            return None
        steps: list[Step] = []
        sure, told = read.sure, False
        for piece in read.pieces:
            if isinstance(piece, Match):
                if told and not piece.is_never_told:
                    return None  # it may be what somebody is told to do
                steps += piece.steps
                continue
            guess = self._model.read(piece, context)
            if guess is None or not guess.steps:
                return None
            begin = len(steps)
            steps += [replace(step, after=tuple(begin + waited for waited in step.after)) for step in guess.steps]
            sure, told = min(sure, guess.confidence), guess.steps[-1].action in TELLING
        return _command(text, steps, sure, "model")

    def _guessed(self, text: str, context: Context) -> Command:
        guess = self._model.read(text, context) if self._model else None
        return (
            _command(text, guess.steps, guess.confidence, "model")
            if guess and guess.steps
            else Command(text, (), 0.0, "none")
        )

    def _agreed(
        self, told: Command, read: SentenceReading, meant: str, put_right: Callable[[], str], context: Context
    ) -> Command:
        """What the templates read (`told`, made of `read`), or what the model takes it for.

        `meant` is the text with words put right, where no template read it as it is; where the model reads the same in
        that, what was heard need not mislead it. Nor need a word that a template takes as it is, where the model finds
        nothing: `put_right` gives the text without it.
        """
        if self._model is None or (meant and self._reads_alike(meant, told, context)):
            return told
        guess = self._model.read(told.text, context)
        if guess and not guess.steps and not meant and self._reads_alike(put_right(), told, context):
            return told
        return agreed(told, read, guess)

    def _reads_alike(self, text: str, told: Command, context: Context) -> bool:
        """Whether the model finds the same in this text as is told already."""
        guess = self._model.read(text, context) if self._model and text else None
        return guess is not None and alike(guess, told)

    def prepare(self, text: str) -> None:
        """Let the language model read what has been heard so far. Takes a moment, raises nothing, changes nothing."""
        if self._model is not None and len(text) <= LONGEST_TEXT:
            self._model.prepare(cleaned(text))

    def _named(self, text: str) -> tuple[str, ...]:
        """The known names that occur in a text."""
        return tuple(dict.fromkeys(entity.name for _, entity in self._names().occurring(text)))

    def warm_up(self) -> None:
        """Load the language model now (seconds), so that no sentence has to wait for it. Raises nothing."""
        if self._house is not None:
            load_holidays(self._house.country)
        if self._model is not None:
            self._model.load()

    def reload(self) -> bool:
        """Read changed sentence files; True when in use. Broken ones are logged once, and the last good ones stay."""
        with self._reading:
            changed = [self._taught.reload(), *(templates.reload() for templates in self.languages)]
        return any(changed)

    @property
    def broken(self) -> SentencesBroken | None:
        """Why a sentence file as it is now is not in use; None when all are."""
        return next((templates.broken for templates in self.languages if templates.broken), None)

    def examples(self) -> Mapping[str, Sequence[str]]:
        """Things to say, by action, from the sentence files."""
        return {
            action: said
            for templates in reversed(self.languages)
            for action, said in templates.sentences.examples.items()
        }


def _asks_for(command: Command) -> list[tuple[str, dict[str, list[str]]]]:
    """Actions and the words of their slots."""
    return [
        (step.action, {slot: _words_of(str(value)) for slot, value in step.slots.items()}) for step in command.steps
    ]


def _words_of(value: str) -> list[str]:
    return [word for word in _WORD.findall(value.lower()) if word not in _SMALL]


def _command(text: str, steps: Sequence[Step], sure: float, source: Source) -> Command:
    linked = link(steps)
    return Command(text, linked, sure, source) if len(linked) <= MOST_STEPS else Command(text, (), 0.0, "none")
