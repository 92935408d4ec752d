"""From a text to a command: reserved words, then templates, then the language model, else none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from services.understanding.base import Command, SentencesBroken
from services.understanding.linking import link
from services.understanding.model.base import Context, Guess, LanguageModel
from services.understanding.modifiers import Names
from services.understanding.reserved import reserved
from services.understanding.spans import find_spans, mask
from services.understanding.splitting import Reader, sure
from services.understanding.templates import Match, Templates, sentences_of
from services.understanding.when import House

LONGEST_TEXT = 1_000
"""Characters; nobody says a longer command in one breath, and no text may take unbounded time."""
MOST_STEPS = 8


class CommandParser:
    """Implements Parser on the sentences of a folder and, if one is given, a language model."""

    def __init__(
        self, sentences: Path, model: LanguageModel | None = None, *, is_name: Names = lambda _: False, house: House | None = None
    ) -> None:
        """`sentences` holds a folder of *.yaml for each language, or is one; `is_name` tells known names of people; `house` what
        times mean here, None: the usual.

        Raises SentencesBroken."""
        folders = sorted({path.parent for path in sentences.glob("*/*.yaml")}) or [sentences]
        self.languages = [Templates(folder, is_name=is_name) for folder in folders]
        self._model = model
        self._house = house

    def parse(self, text: str, *, now: datetime) -> Command:
        """Never raises for any text. `now` is zone-aware."""
        step = reserved(text)
        if step is not None:
            return Command(text, (step,), 1.0, "reserved")
        if len(text) > LONGEST_TEXT or not any(c.isalnum() for c in text):
            return Command(text, (), 0.0, "none")
        said = list(sentences_of(mask(text, find_spans(text, now, self._house))))
        best: Sequence[Match] = ()
        for templates in self.languages:
            found = Reader(templates, text).sentences(said)
            if found and (not best or sure(found) > sure(best)):
                best = found
        if best:
            return Command(text, link([step for match in best for step in match.steps][:MOST_STEPS]), sure(best), "template")
        guess = self._guess(text, Context(now.date()))
        return Command(text, link(guess.steps), guess.confidence, "model") if guess else Command(text, (), 0.0, "none")

    def warm_up(self) -> None:
        """Load the language model now (seconds), so that the first sentence that needs it does not wait. Raises nothing."""
        if self._model is not None:
            self._model.load()

    def _guess(self, text: str, context: Context) -> Guess | None:
        """What the model takes it for."""
        return self._model.read(text, context) if self._model is not None else None

    def reload(self) -> bool:
        """Read changed sentence files; see Templates.reload."""
        changed = [templates.reload() for templates in self.languages]
        return any(changed)

    @property
    def broken(self) -> SentencesBroken | None:
        """Why a sentence file as it is now is not in use; None when all are."""
        return next((templates.broken for templates in self.languages if templates.broken), None)

    def examples(self) -> Mapping[str, Sequence[str]]:
        """Things to say, by action, from the sentence files."""
        return {action: said for templates in reversed(self.languages) for action, said in templates.sentences.examples.items()}

    def help_lines(self) -> list[str]:
        """One thing to say for each action that has an example."""
        return [said[0] for said in self.examples().values() if said]
