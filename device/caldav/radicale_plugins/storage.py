"""Radicale's storage on our store: paths are /account/collection/entry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

from radicale.item import Item as RadicaleItem
from radicale.item import filter as radicale_filter
from radicale.storage import BaseCollection, BaseStorage

from device.caldav.door import Refusals
from device.caldav.errors import CaldavError, NotThere, Unchangeable
from device.caldav.home import CalendarHome, HomeCollection, HomeResource
from device.caldav.tokens import SyncTokens
from device.caldav.writer import CalendarWriter
from firmware.errors import ExpectedError

T = TypeVar("T")
_TITLE, _COMPONENTS = "D:displayname", "C:supported-calendar-component-set"


class EquerryStorage(BaseStorage):
    """Reads and writes for the account that a path begins with; the rights see to it that nobody has another's."""

    _supports_unicode = True
    _supports_trailing_whitespace = True
    _supports_problematic_chars = True

    def __init__(self, configuration: Any, home: CalendarHome, writer: CalendarWriter, refusals: Refusals) -> None:
        super().__init__(configuration)
        self.home = home
        self.writer = writer
        self.refusals = refusals
        self.tokens = SyncTokens()
        self._seen = threading.local()

    def discover(
        self, path: str, depth: str = "0", child_context_manager: Any = None, user_groups: Any = frozenset()
    ) -> Iterator[Any]:
        """What lies at a path, and with a depth what lies in it."""
        account, name, entry = (*path.strip("/").split("/", 2), "", "", "")[:3]
        if not name:
            yield FolderCollection(account)
            if account and depth != "0":
                yield from (StoreCollection(self, account, each) for each in self.home.collections(account).values())
            return
        try:
            collection = StoreCollection(self, account, self.home.collection(account, name))
        except NotThere:
            return
        if entry:
            found = collection.found(entry)
            self.note(path, found.etag if found else "")
            yield from [found] if found else []
            return
        yield collection
        if depth != "0":
            yield from collection.get_all()

    def move(self, item: Any, to_collection: Any, to_href: str) -> None:
        """Into another collection."""
        source: StoreCollection = item.collection
        self.done(lambda: self.writer.move(source.account, source.shown, item.href, to_collection.shown, to_href))

    def create_collection(
        self, href: str, items: Any = None, props: Mapping[str, str] | None = None
    ) -> tuple[Any, dict[str, Any], list[str]]:
        """A list of tasks that a phone makes: a project."""
        account, name = (*href.strip("/").split("/", 1), "")[:2]
        told = props or {}
        if items is not None and next(iter(items), None) is not None:
            self.done(lambda: _refuse("Send entries one by one; nothing was changed"))
        title = told.get(_TITLE) or "New project"
        self.done(lambda: self.writer.create(account, name, title, told.get(_COMPONENTS) or "VTODO"))
        made = self.done(lambda: self.home.collection(account, name))
        return StoreCollection(self, account, made), {}, []

    @contextmanager
    def acquire_lock(self, mode: str, user: str = "", *args: object, **kwargs: object) -> Iterator[None]:
        """Readers wait for nobody, and one that writes finds out whether somebody was quicker (`seen`)."""
        self._seen.etags = {}
        yield

    def verify(self) -> bool:
        """The store is looked at by others."""
        return True

    def note(self, path: str, etag: str) -> None:
        """What the request found at a path when its conditions were judged."""
        self._seen.etags[path.strip("/")] = etag

    def seen(self, path: str) -> str:
        """The ETag that it found there; empty where nothing was."""
        return str(self._seen.etags.get(path.strip("/"), ""))

    def done(self, work: Callable[[], T]) -> T:
        """What comes of it. An expected failure is left for the door, which knows status and words; Radicale takes a
        ValueError for a failed request."""
        try:
            return work()
        except ExpectedError as error:
            self.refusals.error = error
            raise ValueError(str(error)) from error


class FolderCollection(BaseCollection):
    """The root, or what an account has: no calendar itself."""

    def __init__(self, path: str) -> None:
        self._path = path

    @property
    def path(self) -> str:
        return self._path

    def get_all(self) -> Iterable[Any]:
        return ()

    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, Any]]:
        return ((href, None) for href in hrefs)

    def get_meta(self, key: str | None = None) -> Any:
        return {} if key is None else None

    def set_meta(self, props: Mapping[str, str]) -> None:
        """It has none."""

    def delete(self, href: str | None = None) -> None:
        raise ValueError("it is there as long as its account")

    @property
    def last_modified(self) -> str:
        return _http_date("1970-01-01T00:00:00+00:00")


class StoreCollection(BaseCollection):
    """One of the collections of an account, as it was when it was asked for."""

    def __init__(self, storage: EquerryStorage, account: str, shown: HomeCollection) -> None:
        self._storage = storage
        self.account = account
        self.shown = shown
        self._resources: dict[str, HomeResource] | None = None

    @property
    def path(self) -> str:
        return f"{self.account}/{self.shown.name}"

    @property
    def _there(self) -> dict[str, HomeResource]:
        if self._resources is None:
            self._resources = self._storage.home.resources(self.account, self.shown)
        return self._resources

    @property
    def etag(self) -> str:
        return f'"{self.sync()[0].rpartition("/")[2]}"'

    def sync(self, old_token: str = "") -> tuple[str, Iterable[str]]:
        etags = {name: each.etag for name, each in self._there.items()}
        tokens = self._storage.tokens
        changed = tokens.changed(old_token, etags) if old_token else list(etags)
        if changed is None:
            raise ValueError("this token is not known; begin anew")
        return tokens.token(self.path, etags), changed

    def found(self, href: str) -> Any:
        """One entry, or None."""
        there = self._there.get(href)
        return None if there is None else self._item(there)

    def get_multi(self, hrefs: Iterable[str]) -> Iterator[tuple[str, Any]]:
        for href in hrefs:
            yield href, self.found(href)

    def get_all(self) -> Iterator[Any]:
        yield from map(self._item, self._there.values())

    def has_uid(self, uid: str) -> bool:
        return any(each.uid == uid for each in self._there.values())

    def upload(self, href: str, item: Any) -> tuple[Any, Any]:
        old, seen = self.found(href), self._storage.seen(f"{self.path}/{href}")
        text = _as_sent(self._storage.refusals.body) or item.serialize()
        work = self._storage.writer.put
        made = self._storage.done(lambda: work(self.account, self.shown, href, text, seen))
        return self._item(made), old

    def delete(self, href: str | None = None) -> None:
        if href is None:
            self._storage.done(lambda: _refuse("Projects and lists are deleted by voice, or on the command line"))
            return
        seen = self._storage.seen(f"{self.path}/{href}")
        self._storage.done(lambda: self._storage.writer.delete(self.account, self.shown, href, seen))

    def get_meta(self, key: str | None = None) -> Any:
        meta = {"tag": "VCALENDAR", _TITLE: self.shown.title, _COMPONENTS: self.shown.component}
        return meta if key is None else meta.get(key)

    def set_meta(self, props: Mapping[str, str]) -> None:
        title = props.get(_TITLE) or ""
        self._storage.done(lambda: self._storage.writer.rename(self.account, self.shown, title))

    @property
    def last_modified(self) -> str:
        return _http_date(max((each.updated for each in self._there.values()), default="1970-01-01T00:00:00+00:00"))

    def _item(self, there: HomeResource) -> Any:
        start, end = there.span or (None, None)
        return RadicaleItem(
            collection=self,
            href=there.name,
            text=there.text,
            etag=there.etag,
            uid=there.uid,
            name="VCALENDAR",
            component_name=self.shown.component,
            last_modified=_http_date(there.updated),
            time_range=(
                int(start.timestamp()) if start else radicale_filter.TIMESTAMP_MIN,
                max(int(end.timestamp()), int(start.timestamp()) + 1)
                if end and start
                else radicale_filter.TIMESTAMP_MAX,
            ),
        )


def _refuse(words: str) -> CaldavError:
    raise Unchangeable(words=words)


def _as_sent(body: bytes) -> str:
    """Radicale's parser writes what it has read anew; what was sent is what is meant. Empty where it is in another
    encoding, which Radicale finds out."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _http_date(iso: str) -> str:
    return format_datetime(datetime.fromisoformat(iso).astimezone(UTC), usegmt=True)
