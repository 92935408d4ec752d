"""What a document is, the one row that tells all about each kind of them, and the registry of all kinds.

Search, undo, names, exports, other devices and replies read these rows; there is no other table by kind. Light: it
imports neither pydantic nor TinyDB.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cache
from importlib.metadata import entry_points
from inspect import get_annotations
from types import MappingProxyType
from typing import Any, ClassVar, Literal

GROUP = "equerry.actions"
"""The entry points of packages that bring actions; the documents of these are made where their modules are loaded."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """All that is to be known of a kind of documents beside their fields. What has no default must be told."""

    name: str
    """Of its table, in topics, in files: small letters."""
    _: KW_ONLY
    nouns: tuple[str, ...]
    """What one of them is called. The first is said in replies; by each of them one may be pointed at ("that
    appointment")."""
    plural: str
    """As it is said."""
    title: str
    """The field that says what it is called; empty where it is all text, such as a note."""
    searched: tuple[str, ...] | None
    """The fields that search reads beside the title; None: search does not find it."""
    shared: bool
    """Whether the devices of a site may have it in common. Else it belongs to the device it was made on."""
    spoken: Literal["person", "name", "title", ""]
    """How it is spoken of: as people are, by a name, by a title of which words may be left out; empty: never alone."""
    at: str = "created"
    """The field with its time, for search."""
    by_day: bool = False
    """That time is mostly one of a whole day."""
    indexed: bool = False
    """Its names are in the index of names, which sentences are read by."""
    resolved: bool = False
    """Its names are looked up before an action begins, and given to the recogniser."""
    unknown: str = ""
    """What is said where nothing has the name {}."""
    beside: tuple[str, ...] = ()
    """Words that are said beside a name and are no part of it; none: the first noun."""
    asked_as: tuple[str, ...] = ()
    """Words that a question names it by where search looks through everything; none: its nouns."""
    open: tuple[str, ...] = ()
    """States in which the title alone says what is meant ("complete water the plants")."""
    refers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each field with ids → the kinds it names, which are kept as long as it names them; () where it keeps nothing."""
    within: tuple[str, ...] = ()
    """Those of them that say where it belongs: a task's project."""
    asked_by: str = ""
    """The action that one must be allowed in order to find it; empty: its own query."""
    section: str = ""
    """The heading that it stands under in Markdown; empty: its plural."""
    light: bool = False
    """Deleting many of them hardly counts."""
    counted: bool = True
    """Somebody made it, so that a report of what was made counts it."""
    reversal: Callable[[str, Mapping[str, Any]], dict[str, Any]] | None = None
    """For what is only ever added: the fields of the document that takes back the one with this id and these fields."""

    @property
    def noun(self) -> str:
        """What it is called in a reply."""
        return self.nouns[0]

    @property
    def timed(self) -> bool:
        """Whether it takes place at an hour, not only on a day."""
        return self.at != "created" and not self.by_day

    @property
    def query(self) -> str:
        """The action that one must be allowed in order to find it."""
        return self.asked_by or f"{self.name}.query"

    def faults(self, names: frozenset[str]) -> Iterator[str]:
        """What is wrong with the row of a class with these fields, in words."""
        if not self.name.isidentifier() or self.name != self.name.lower():
            yield f"{self.name!r} is no name in small letters"
        if not self.nouns or not all((*self.nouns, self.plural)):
            yield "it has no noun or no plural"
        told = {
            "status" if self.open else "",
            self.title,
            *(self.searched or ()),
            self.at,
            *self.refers,
            *self.within,
        } - {""}
        yield from (f"it has no field {name}" for name in sorted(told - names))
        if not self.title and not self.searched and (self.spoken or self.searched is not None):
            yield "it is to be found, but no field says what it is called"
        ids = {name for name in names if name.endswith(("_id", "_ids"))} | set(self.within)
        yield from (f"refers does not say what {name} names" for name in sorted(ids - self.refers.keys()))
        if self.resolved and not self.indexed:
            yield "it is resolved, but not indexed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What every document has; the store fills it in. A class of documents tells its row: `about = Kind(…)`."""

    kind: ClassVar[str]
    """The name of its table."""
    about: ClassVar[Kind]

    id: str = ""
    """UUIDv7."""
    created: str = ""
    """ISO 8601 in UTC."""
    updated: str = ""

    @property
    def called(self) -> str:
        """By what it is known: its title, or the words that stand for one."""
        field = self.about.title or next(iter(self.about.searched or ()), "")
        return str(getattr(self, field)) if field else ""

    def __init_subclass__(cls) -> None:
        """Enter the kind. Raises TypeError where its row is missing or wrong, or another class has its name."""
        # With slots, dataclass makes each class twice; the later one is the one in use, and has the same row.
        about = cls.__dict__.get("about")
        if not isinstance(about, Kind):
            raise TypeError(f"{cls.__name__} has no row; give it: about: ClassVar[Kind] = Kind(…)")
        fields = frozenset((*get_annotations(cls), *get_annotations(Document)))
        if fault := next(about.faults(fields), ""):
            raise TypeError(f"the row of {cls.__name__} is wrong: {fault}")
        there = _REGISTERED.get(about.name, cls)
        if (there.__module__, there.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"there is a kind {about.name} already: {there.__module__}.{there.__qualname__}")
        cls.kind = about.name
        _REGISTERED[about.name] = cls


_REGISTERED: dict[str, type[Document]] = {}
_THING = Kind("", nouns=("thing",), plural="things", title="", searched=None, shared=False, spoken="")
_VIEW = MappingProxyType(_REGISTERED)


def kinds() -> Mapping[str, type[Document]]:
    """Every kind by its name, those of installed packages too."""
    _make_ours()
    _load_packages()
    return _VIEW


def all_rows() -> list[Kind]:
    """Every kind's row."""
    return [kind.about for kind in kinds().values()]


def row_of(name: str) -> Kind:
    """The row of a kind; an empty one, of things, for what is no kind of documents."""
    _make_ours()
    kind = _REGISTERED.get(name) or kinds().get(name)
    return _THING if kind is None else kind.about


def only_added(name: str) -> bool:
    """Whether documents of a kind are never changed or deleted."""
    return row_of(name).reversal is not None


@cache
def _make_ours() -> None:
    import services.store.documents  # noqa: F401, PLC0415 - whoever imported this module alone gets them, too


@cache
def _load_packages() -> None:
    """Load the modules that bring actions, so that their kinds are known to whoever reads a store: also to an export,
    which carries nothing out.
    """
    for point in entry_points(group=GROUP):
        try:
            point.load()
        except Exception as error:  # noqa: BLE001 - whatever a package raises, the rest is to go on without it
            log.warning("The documents of the package %s are not known: %s", point.value, error)
