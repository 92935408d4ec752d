"""Sentence files: YAML in hassil's format, checked as a whole, every fault named with its file and line.

A file holds `intents` (named by action), `expansion_rules` and `lists`; the files of a folder are one grammar. Rules
named `before` and `behind` list the polite words a command may be wrapped in. Slots are `{when}`, `{duration}`,
`{priority}`, `{recurrence}` for typed spans, and `{text:slot}` for any words. A block of sentences may give every match
fixed `slots`, and say in its `metadata`:

follows   only behind a step of that family, on which it leans ("... and add Sarah")
loose     broad: used where no other fits, and not beside a word of `foreign` of its file or of one without intents
each      this slot enumerates several things: a step for each
holds     the subject, else the free words, must hold an entry of one of these lists (an event noun)
lacks     the free words must hold no entry of these lists (a verb)
beyond    the subject, else the free words, must have a word that is in none of these lists (time of what, day of what)
completes with `follows`: adds its slots to the step before, if that is of the same action ("It will last an hour.")
whole     used only where every required slot is told
named     this slot must be names: of people known, of groups, or written with a capital letter
addressed the words of the first of these two slots are names and then those of the second, with no word between
last      the last of the free words is that slot ("call her Sal from now on")
stop      the free words behind a comma or colon are that slot ("when I say good night, mute")
runs_on   the last words are content: `and` does not end it but before a plain command; with `all`, nothing does
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from hassil import Intents, parse_sentence
from hassil.expression import ListReference, RuleReference, Sentence
from hassil.parse_expression import ParseExpressionError
from hassil.parser import ParseError
from hassil.sample import sample_expression

from services.understanding.base import SentencesBroken
from services.understanding.vocabulary import VOCABULARY
from services.understanding.words import phrases

TYPED = ("when", "recurrence", "duration", "priority")
"""Lists that stand for typed spans; their values are the spans of the sentence at hand."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's is ten times as fast; a PyYAML built without it reads the same."""
Stamp = tuple[tuple[str, int, int], ...]
"""Files with their times and sizes."""
_SECTIONS = ("language", "intents", "expansion_rules", "lists", "foreign", "misheard")
_METADATA = phrases("""follows | loose | each | holds | lacks | beyond | whole | completes | named | addressed | last |
    stop | runs_on""")


@dataclass(frozen=True, slots=True)
class Sentences:
    """One language's grammar, ready to match."""

    intents: Intents
    before: frozenset[tuple[str, ...]]
    behind: frozenset[tuple[str, ...]]
    examples: Mapping[str, tuple[str, ...]]
    """Things to say, by action, for help."""
    foreign: Mapping[str, frozenset[tuple[str, ...]]]
    """By action: words of topics that are not ours, and so stop its loose templates."""
    lists: Mapping[str, frozenset[tuple[str, ...]]]
    """The plain entries of each list, for `holds`, `lacks` and `beyond`."""
    misheard: Mapping[tuple[str, ...], tuple[str, ...]]
    """What recognisers write → the words that were said, likeliest first."""
    stamp: Stamp
    """Files with their times and sizes, to see whether they changed."""


def stamp_of(*folders: Path) -> Stamp:
    """What the files of some folders look like now."""
    found = (path for folder in folders for path in sorted(folder.glob("*.yaml")))
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in found)


def load(*folders: Path) -> Sentences:
    """Every *.yaml of one language's folders as one grammar. Raises SentencesBroken."""
    stamp = stamp_of(*folders)
    if not stamp:
        raise SentencesBroken(path=folders[0], line=0, reason="there is no sentence file")
    whole: dict[str, Any] = {
        "language": "en",
        "intents": {},
        "expansion_rules": {},
        "lists": {"text": {"wildcard": True}},
    }
    whole["lists"] |= {name: {"values": []} for name in TYPED}
    places: list[_Place] = []
    examples: dict[str, tuple[str, ...]] = {}
    foreign: dict[str, frozenset[tuple[str, ...]]] = {}
    misheard: dict[tuple[str, ...], list[str]] = {}
    whole["misheard"] = misheard
    for name, _, _ in stamp:
        whole["foreign"], whole["actions"] = [], []
        places += _read(Path(name), whole, examples)
        words = _phrases(whole.pop("foreign"))
        for action in whole.pop("actions") or VOCABULARY:
            foreign[action] = foreign.get(action, frozenset()) | words
    del whole["misheard"]
    parsed: dict[str, Sentence] = {}
    for place in places:
        _check(place, whole, parsed)
    intents = _intents(whole, parsed)
    rules = intents.expansion_rules
    return Sentences(
        intents,
        _wrappings("before", rules),
        _wrappings("behind", rules),
        examples,
        foreign,
        _entries(whole["lists"]),
        {heard: tuple(right) for heard, right in misheard.items()},
        stamp,
    )


def _intents(whole: dict[str, Any], parsed: Mapping[str, Sentence]) -> Intents:
    """hassil's grammar, given the templates that were parsed to check them: parsing is most of what loading costs."""
    intents = Intents.from_dict({**whole, "expansion_rules": {}})
    intents.expansion_rules = {name: parsed[rule] for name, rule in whole["expansion_rules"].items()}
    for intent in intents.intents.values():
        for block in intent.data:
            block.__dict__["sentences"] = [parsed[text] for text in block.sentence_texts]
    return intents


def _entries(lists: Mapping[str, Any]) -> dict[str, frozenset[tuple[str, ...]]]:
    return {name: _phrases(body.get("values", ())) for name, body in lists.items()}


def _phrases(texts: Iterable[Any]) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(str(text).lower().split()) for text in texts)


@dataclass(frozen=True, slots=True)
class _Place:
    """A template and where it stands."""

    path: Path
    line: int
    template: str
    action: str | None = None
    rule: str | None = None


def _read(path: Path, whole: dict[str, Any], examples: dict[str, tuple[str, ...]]) -> list[_Place]:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise SentencesBroken(path=path, line=mark.line + 1 if mark else 0, reason=error.problem or "no YAML") from None
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise SentencesBroken(path=path, line=0, reason=str(error)) from None
    places: list[_Place] = []
    for key, value in _items(root, path, "a sentence file"):
        section = str(key.value)
        if section not in _SECTIONS:
            raise _broken(path, key, f"unknown section {section}; known: {', '.join(_SECTIONS)}")
        if section == "intents":
            for name, body in _items(value, path, "intents"):
                places += _read_intent(name, body, path, whole, examples)
        elif section == "expansion_rules":
            for name, body in _items(value, path, "expansion_rules"):
                template = _text(body, path)
                if str(name.value) in whole["expansion_rules"]:
                    raise _broken(path, name, f"there is a rule <{name.value}> already")
                whole["expansion_rules"][str(name.value)] = template
                places.append(_Place(path, body.start_mark.line + 1, template, rule=str(name.value)))
        else:
            _read_words(section, value, path, whole)
    return places


def _check_values(lists: yaml.Node, path: Path) -> None:
    """A value must be a text: YAML takes a bare `off` for a truth value and `1:1` for a number."""
    for _, body in _items(lists, path, "lists"):
        for key, values in _items(body, path, "a list"):
            for value in values.value if key.value == "values" else ():
                if not isinstance(_plain(value), str | dict):
                    raise _broken(path, value, f"{value.value} needs quotes")


def _read_words(section: str, value: yaml.Node, path: Path, whole: dict[str, Any]) -> None:
    """Sections that are no templates: lists, foreign, misheard."""
    if section == "lists":
        _check_values(value, path)
        whole["lists"] |= _plain(value)
    elif section == "misheard":
        for right, heard in _items(value, path, "misheard"):
            if not isinstance(heard, yaml.SequenceNode):
                raise _broken(path, right, "misheard gives each word a list of what is heard")
            for each in _plain(heard):
                whole["misheard"].setdefault(tuple(str(each).lower().split()), []).append(str(right.value))
    elif section == "foreign":
        if not isinstance(value, yaml.SequenceNode):
            raise _broken(path, value, "foreign must be a list of words")
        whole["foreign"] += _plain(value)


def _read_intent(
    name: yaml.Node, body: yaml.Node, path: Path, whole: dict[str, Any], examples: dict[str, tuple[str, ...]]
) -> Iterator[_Place]:
    action = str(name.value)
    if action not in VOCABULARY:
        raise _broken(path, name, f"there is no action {action}")
    for key, value in _items(body, path, action):
        if key.value == "examples":
            examples[action] = examples.get(action, ()) + tuple(str(example) for example in _plain(value))
        elif key.value != "data" or not isinstance(value, yaml.SequenceNode):
            raise _broken(path, key, f"{action} takes data (a list) and examples")
    data = _plain(body).get("data") or []
    whole["actions"].append(action)
    whole["intents"].setdefault(action, {"data": []})["data"] += data
    for key, value in _items(body, path, action):
        for block in value.value if key.value == "data" else ():
            fields = {str(k.value): v for k, v in _items(block, path, "data")}
            sentences = fields.get("sentences")
            if not isinstance(sentences, yaml.SequenceNode) or set(fields) - {"sentences", "slots", "metadata"}:
                raise _broken(path, block, "a block takes sentences (a list), slots and metadata")
            yield from _check_block(fields, action, path)
            for sentence in sentences.value:
                yield _Place(path, sentence.start_mark.line + 1, _text(sentence, path), action=action)


def _check_block(fields: Mapping[str, yaml.Node], action: str, path: Path) -> Iterator[_Place]:
    """A block's fixed slots and metadata must be known, or a slip of the finger would do nothing without a word.

    Gives the lists that it names, to be looked up when all files are read."""
    known = VOCABULARY[action].slots
    for key, value in _items(fields["slots"], path, "slots") if "slots" in fields else ():
        if key.value not in known or not isinstance(value, yaml.ScalarNode):
            raise _broken(path, key, f"{action} has no slot {key.value} for words")
    for key, value in _items(fields["metadata"], path, "metadata") if "metadata" in fields else ():
        if key.value not in _METADATA:
            raise _broken(path, key, f"metadata are {', '.join(_METADATA)}")
        families = {name.partition(".")[0] for name in VOCABULARY}
        if (key.value in ("each", "named", "last", "stop") and value.value not in known) or (
            key.value == "follows" and value.value not in families
        ):
            raise _broken(path, key, f"there is no {key.value} {value.value}")
        if key.value in ("holds", "lacks", "beyond"):
            yield _Place(path, key.start_mark.line + 1, " ".join(f"{{{name}}}" for name in value.value.split()))


def _broken(path: Path, node: yaml.Node | None, reason: str) -> SentencesBroken:
    return SentencesBroken(path=path, line=node.start_mark.line + 1 if node else 0, reason=reason)


def _items(node: yaml.Node | None, path: Path, what: str) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise _broken(path, node, f"{what} must be a mapping")
    pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
    return pairs


def _text(node: yaml.Node, path: Path) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _broken(path, node, "a template must be a text")
    return str(node.value)


def _plain(node: yaml.Node) -> Any:
    return yaml.SafeLoader("").construct_document(node)


def _check(place: _Place, whole: Mapping[str, Any], parsed: dict[str, Sentence]) -> None:
    """A template must parse, and name only rules, lists and slots that there are."""
    try:
        for item in _references(_parsed(place.template, parsed).expression):
            if isinstance(item, RuleReference) and item.rule_name not in whole["expansion_rules"]:
                raise ValueError(f"there is no rule <{item.rule_name}>")
            if isinstance(item, ListReference):
                if item.list_name not in whole["lists"]:
                    raise ValueError(f"there is no list {{{item.list_name}}}")
                if place.action and item.slot_name not in VOCABULARY[place.action].slots:
                    raise ValueError(f"{place.action} has no slot {item.slot_name}")
    except (ValueError, ParseError, ParseExpressionError) as error:
        raise SentencesBroken(path=place.path, line=place.line, reason=f"{error} in: {place.template}") from None
    if place.rule:
        _no_loop(place, place.rule, whole["expansion_rules"], parsed, ())


def _no_loop(
    place: _Place, rule: str, rules: Mapping[str, str], parsed: dict[str, Sentence], above: tuple[str, ...]
) -> None:
    if rule in above:
        raise SentencesBroken(path=place.path, line=place.line, reason=f"the rule <{rule}> is made of itself")
    for item in _references(_parsed(rules[rule], parsed).expression):
        if isinstance(item, RuleReference) and item.rule_name in rules:
            _no_loop(place, item.rule_name, rules, parsed, (*above, rule))


def _parsed(template: str, parsed: dict[str, Sentence]) -> Sentence:
    if template not in parsed:
        parsed[template] = parse_sentence(template, keep_text=True)
    return parsed[template]


def _references(expression: Any) -> Iterator[Any]:
    if isinstance(expression, RuleReference | ListReference):
        yield expression
    for item in getattr(expression, "items", ()):
        yield from _references(item)


def _wrappings(rule: str, rules: dict[str, Sentence]) -> frozenset[tuple[str, ...]]:
    """Everything that a rule without slots can say, as word tuples."""
    if rule not in rules:
        return frozenset()
    said = sample_expression(rules[rule].expression, {}, rules)
    return frozenset(words for text in said if (words := tuple(str(text).lower().split())))
