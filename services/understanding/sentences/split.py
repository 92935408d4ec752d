"""A text cut into commands at full stops, "and", "then" and commas, each matched with one language's templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.understanding.base import Step
from services.understanding.sentences.match import Match
from services.understanding.sentences.overreach import takes_an_order
from services.understanding.sentences.partial import Piece, read_partly
from services.understanding.sentences.templates import Templates
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import Word, split_words, spoken, word_set, word_tuples

_SURE = 0.95
_LOOSE = 0.85
_INCOMPLETE = 0.8
_MOST_CUTS = 8
_LONGEST_WITHOUT_VERB = 20
_LINKS = word_set("with at by on in for due and a the it is that it's that's")
_GOES_ON = word_set("about at by for from in on to until with")
_REASONS = word_set("because cause 'cause since as")
_JOINTS = word_tuples("""and then | and also | and after that | after that | as well as | then | and | also | plus |
    aur phir | uske baad | aur | phir | fir""")


class TooIntricate(Exception):
    """So many clauses could lean on so many others that no end is in sight."""


class Effort:
    """Tries left for one text. Of 3,000 sentences none took more than 322, and half of them 4."""

    def __init__(self, tries: int = 600) -> None:
        self.left = tries

    def spend(self) -> None:
        """Raises TooIntricate where none is left."""
        if not self.left:
            raise TooIntricate
        self.left -= 1


_Before = tuple[str, tuple[Word, ...], str]
"""What of a command matters to those behind it."""


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What one language's templates make of a text."""

    matches: tuple[Match, ...]
    gaps: tuple[tuple[int, str], ...] = ()
    """Sentences that none fits, or parts of them: before which match, and the text."""

    @property
    def sure(self) -> float:
        """How sure they are of what they read: as sure as of the weakest step; nothing where they read nothing."""
        return min(
            (_INCOMPLETE if not match.complete else _LOOSE if match.loose else _SURE for match in self.matches),
            default=0.0,
        )

    @property
    def rank(self) -> tuple[bool, bool]:
        """To choose between languages: everything read goes before a part, precise before loose."""
        return bool(self.matches) and not self.gaps, not self.loose

    @property
    def loose(self) -> bool:
        """Some of it was read by a broad template."""
        return any(match.loose for match in self.matches)

    @property
    def precise(self) -> bool:
        """Everything was read, completely, by templates that are not broad."""
        return (
            bool(self.matches) and not self.gaps and all(match.complete and not match.loose for match in self.matches)
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        """Of all matches, in their order."""
        return tuple(step for match in self.matches for step in match.steps)

    @property
    def has_free_words(self) -> bool:
        """Whether some were taken by slots for any words, which may be more than the template takes them for."""
        return any(match.free for match in self.matches)

    @property
    def pieces(self) -> tuple[Match | str, ...]:
        """Matches and gaps in the order they were said."""
        pieces: list[Match | str] = list(self.matches)
        for at, text in reversed(self.gaps):
            pieces.insert(at, text)
        return tuple(pieces)


class SentenceReader:
    """Reads one text with one language's templates."""

    def __init__(self, templates: Templates, text: str, effort: Effort) -> None:
        """What `effort` allows is shared by all who read the text."""
        self._templates = templates
        self._text = text
        self._effort = effort
        self._known: dict[tuple[int, ...], list[Match]] = {}
        """What words, by where they start, were read as."""
        self._behind: dict[tuple[tuple[int, ...], _Before], list[Match]] = {}
        """The same behind a command on which they may lean. Without it each further clause would double the time."""
        self._matched: dict[tuple[tuple[Word, ...], str], Match | None] = {}
        """What templates fit, by the words and the step before."""

    def sentences(self, said: Sequence[Sequence[Word]]) -> SentenceReading:
        """The commands of all sentences, and which are not understood. Raises TooIntricate."""
        steps: list[Match] = []
        gaps: list[tuple[int, str]] = []
        before: list[Word] = []
        begun = 0
        for sentence in said:
            onto = [*before, *sentence]
            # "… by Friday afternoon. High priority." A recogniser ends a sentence wherever one takes a breath.
            whole = self._sentence(onto) if before and _is_afterthought(sentence) else []
            found: Sequence[Piece] = [] if whole else self._sentence(sentence, behind=steps[-1] if steps else None)
            if not found and not whole and not self._is_polite(sentence):
                found = self._unmasked(sentence)
                whole = self._told_on(steps, onto) or self._gone_on(steps, sentence, onto) if not found else []
                if not found and not whole:
                    found = read_partly(sentence, _cuts(sentence), self._match, _ends) or (tuple(sentence),)
            if whole:
                steps, before = [*steps[:begun], *whole], onto
            else:
                begun, before = len(steps), list(sentence)
            for piece in found:
                if isinstance(piece, Match):
                    steps.append(piece)
                else:
                    gaps.append((len(steps), spoken(self._text, piece)))
        return SentenceReading(tuple(_joined(steps) if not gaps else steps), tuple(gaps))

    def _told_on(self, steps: Sequence[Match], onto: Sequence[Word]) -> list[Match]:
        """A sentence that is no command continues the message: "Tell Sarah I'm late. She may begin alone."."""
        if not steps or not steps[-1].tells:
            return []
        return [replace(match, loose=True) for match in self._sentence(onto)]

    def _gone_on(self, steps: Sequence[Match], sentence: Sequence[Word], onto: Sequence[Word]) -> list[Match]:
        """Nor does a sentence end before what no command begins with: "Book a meeting with Tom. About the budget."."""
        if not steps or sentence[0].text not in _GOES_ON:
            return []
        whole = self._sentence(onto)
        return whole if all(match.complete and not match.loose for match in whole) else []

    def _is_polite(self, words: Sequence[Word]) -> bool:
        """A sentence that is nothing but politeness: "Please." or "Thank you"."""
        said = tuple(word.text for word in words)
        return said in self._templates.sentences.behind or said in self._templates.sentences.before

    def _unmasked(self, words: Sequence[Word]) -> list[Match]:
        """Once more with the spans as the words they are: a "second" that is no time."""
        if not any(word.kind for word in words):
            return []
        start, end = words[0].start, words[-1].end
        plain = [
            replace(word, start=word.start + start, end=word.end + start) for word in split_words(self._text[start:end])
        ]
        found = self._match(plain)
        return [found] if found else []

    def _match(self, words: Sequence[Word], behind: Match | None = None) -> Match | None:
        key = tuple(words), repr(behind.steps[-1]) if behind else ""
        if key not in self._matched:
            self._effort.spend()
            self._matched[key] = self._fitting(words, behind)
        return self._matched[key]

    def _fitting(self, words: Sequence[Word], behind: Match | None) -> Match | None:
        templates = self._templates
        step = behind.steps[-1] if behind else None
        said = templates.unwrap(words)
        found = templates.match(said, self._text, behind=step)
        cut = found is not None and said[-1] is not words[-1]
        if found and cut and (found.awaits_content or (found.tells and not _is_polite_end(words, said))):
            # "Tell Sarah thanks": no politeness, but what is said.
            found = templates.match(words[words.index(said[0]) :], self._text, behind=step) or found
        return None if found and any(map(takes_an_order, found.steps)) else found

    def _sentence(self, words: Sequence[Word], behind: Match | None = None) -> list[Match]:
        """One command, or several joined by "and" or "then" if each is one by itself."""
        key = tuple(word.start for word in words)
        if behind is None:
            if key not in self._known:
                self._known[key] = self._several(words)
            return self._known[key]
        before = repr(behind.steps[-1]), behind.lead, behind.end
        if (key, before) not in self._behind:
            self._behind[key, before] = self._following(words, behind)
        return self._behind[key, before]

    def _following(self, words: Sequence[Word], behind: Match) -> list[Match]:
        """The same, where it may lean on the command before."""
        if (more := self._match(words, behind)) and more.completes:
            return [more]
        alone = self._sentence(words)
        # "Remind me to call and to pick up the cake": the second is what the first verb holds on to, whatever it is by
        # itself.
        held = words[0].text == "to" and behind.lead and behind.lead[-1].text == "to"
        if held and (goes_on := self._without_verb(words, behind)):
            return goes_on
        if not self._may_lean(alone, behind):
            return self._better_leaning(words, behind, alone)
        found = None if alone else self._match(words, behind)
        if found:
            return [found]
        return self._leaning(words, behind) or self._without_verb(words, behind) or alone

    def _may_lean(self, read: Sequence[Match], behind: Match) -> bool:
        """Whether words may need the verb before them: they are no command, or only ask after one that writes."""
        if len(read) != 1:
            return not read
        now, before = VOCABULARY[read[0].steps[0].action], VOCABULARY[behind.steps[-1].action]
        return now.family == before.family and before.writes and not now.writes

    def _better_leaning(self, words: Sequence[Word], behind: Match, alone: list[Match]) -> list[Match]:
        """Create a channel, add Sarah and Mike, and give me a report: "Sarah and Mike, and give me" is no title."""
        if len(alone) != 1 or alone[0].runs_on or alone[0].tells or alone[0].explained >= len(words) // 2:
            return alone
        leaning = self._leaning(words, behind)
        precise = bool(leaning) and all(match.complete and not match.loose for match in leaning)
        return leaning if precise and sum(match.explained for match in leaning) > 2 * alone[0].explained else alone

    def _leaning(self, words: Sequence[Word], behind: Match) -> list[Match]:
        """Create a channel, add Sarah, and tell her: a shortened command with others behind it."""
        for at, after in _cuts(words):
            first = self._match(words[:at], behind)
            rest = self._sentence(words[after:], behind=first) if first and first.solid else []
            if first and rest:
                return [first, *rest]
        return []

    def _several(self, words: Sequence[Word]) -> list[Match]:
        waiting: list[Match] = []
        asking: list[Match] = []
        for at, after in _cuts(words):
            first = self._match(words[:at])
            if first is None or not first.solid or first.runs_on == "all":
                continue
            rest = self._sentence(words[after:], behind=None if first.runs_on else first)
            if rest and first.free and _is_for_an_event(rest[0]):
                continue
            if rest and all(match.solid for match in rest):
                if _ends(first, rest) and not rest[-1].awaits_content and rest[-1].complete:
                    return [first, *rest]
                if _ends(first, rest) and not rest[-1].awaits_content:
                    asking = asking or [first, *rest]
                    continue
                waiting = waiting or ([first, *rest] if first.awaits_content or rest[-1].awaits_content else [])
        found = self._match(words)
        if asking:
            # "Create three tasks: write the agenda, book the room and print it" is one enumeration, though one could
            # book a room.
            return [found] if found and found.complete and len(found.steps) > len(asking[0].steps) else asking
        # "Add the contact Ben, email ben@example.com" is one command; "create a task and text Ben" are two, of which
        # one has a gap.
        if found and not found.loose and (not waiting or found.tells or found.more_than(waiting[0])):
            return [found]
        if waiting:
            return waiting
        # A precise reading without the reason goes before a broad one with it.
        return self._without_reason(words, loose=found is None) or ([found] if found else [])

    def _without_verb(self, words: Sequence[Word], behind: Match) -> list[Match]:
        """Add Sarah to marketing, Mike to development: the verb and what follows it hold for the same slots again."""
        if not behind.lead or len(words) > _LONGEST_WITHOUT_VERB:
            return []
        # "Assign the copy to Sarah and the logo to Mike": what the piece says again is not put before it twice.
        again = next((n for n, word in enumerate(behind.lead) if word.text == words[0].text), len(behind.lead))
        for at, after in [*_cuts(words), (len(words), len(words))]:
            found = self._match([*behind.lead[:again], *words[:at]])
            if found and behind.like(found):
                rest = self._sentence(words[after:], behind=found) if after < len(words) else []
                if rest or after == len(words):
                    return [found, *rest]
        return []

    def _without_reason(self, words: Sequence[Word], *, loose: bool) -> list[Match]:
        """Add bread to the list because we are out: the command without its reason."""
        at = next((i for i, word in enumerate(words) if word.text in _REASONS and i > 1), 0)
        found = self._match(words[:at]) if at else None
        return [found] if found and found.complete and (loose or not found.loose) else []


def _is_polite_end(words: Sequence[Word], said: Sequence[Word]) -> bool:
    """Whether the words left out behind are spoken to the appliance: "please", or what follows a comma."""
    at = words.index(said[-1]) + 1
    return words[at - 1].stop == "," or words[at].text in ("please", "would", "could", "will", "can", "if", "when")


def _is_for_an_event(match: Match) -> bool:
    """Remind me to buy flowers and wine for the party: the wine is no event."""
    step = match.steps[0]
    return match.loose and step.action == "meeting.create" and "for" in str(step.slots.get("title", "")).lower().split()


def _ends(first: Match, rest: Sequence[Match]) -> bool:
    """Whether a command ends where the rest begins; "tell Sarah to buy milk and book a room" does not."""
    if first.awaits_content:
        return False
    return not first.runs_on or all(match.is_never_told for match in rest)


def _joined(matches: Sequence[Match]) -> list[Match]:
    """Matches that only tell more of the one before, added to it."""
    joined: list[Match] = []
    for match in matches:
        if match.completes and joined:
            joined[-1] = joined[-1].completed(match)
        else:
            joined.append(match)
    return joined


def _is_afterthought(words: Sequence[Word]) -> bool:
    """Whether a sentence only says when, how long or how urgent."""
    return any(word.kind for word in words) and all(word.kind or word.text in _LINKS for word in words)


def _cuts(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where one command may end and the next begin: (words before, first word after)."""
    cuts: list[tuple[int, int]] = []
    for i in range(1, len(words) - 1):
        joint = next((j for j in _JOINTS if tuple(word.text for word in words[i : i + len(j)]) == j), ())
        if joint and i + len(joint) < len(words):
            cuts.append((i, i + len(joint)))
        elif words[i - 1].stop == ",":
            cuts.append((i, i))
    return [cut for n, cut in enumerate(cuts) if n == 0 or cut[1] != cuts[n - 1][1]][:_MOST_CUTS]
