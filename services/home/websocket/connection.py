"""One connection with Home Assistant, from its greeting to its end; the next one is another."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import connect

from services.home.base import HomeAway, HomeRefused, HomeSilent

_WHO = "Home Assistant"
_DIAL_S = 5.0
_LARGEST = 64 * 2**20
"""Bytes of a message: the registries of a large house come in one."""
_KEEP_ALIVE_S = 20.0

Told = Callable[[Mapping[str, Any]], None]


class TokenRefused(HomeRefused):
    """{who} does not take the token in the secret home-assistant-token ({reason})"""

    code = "home.token"


class NoHomeAssistant(HomeAway):
    """{who} can't be reached at {url} ({reason})"""

    code = "home.unreachable"


class HomeConnection:
    """`ask` may be called by any thread; all else by the one that opened it, which must `pump`."""

    def __init__(self, url: str, token: SecretStr, *, limit_s: float) -> None:
        """`url`: http(s)://host:port, as in a browser. Raises NoHomeAssistant, TokenRefused, HomeSilent."""
        self._limit_s = limit_s
        self._url = url
        self._sending = threading.Lock()
        self._asked: dict[int, Future[Any]] = {}
        self._told: dict[int, Told] = {}
        self._last = 0
        self._heard = time.monotonic()
        self.version = ""
        """Home Assistant's."""
        try:
            opening = connect(
                socket_of(url),
                open_timeout=_DIAL_S,
                close_timeout=1.0,
                ping_interval=_KEEP_ALIVE_S,
                ping_timeout=_KEEP_ALIVE_S,
                max_size=_LARGEST,
                proxy=None,
            )
            self._opening = opening
            self._wire = opening.__enter__()
        except (OSError, InvalidHandshake, InvalidURI, ConnectionClosed, EOFError) as error:
            raise NoHomeAssistant(who=_WHO, url=url, reason=_why(error)) from error
        try:
            self._greet(token)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._opening.__exit__(None, None, None)
        with self._sending:
            asked, self._asked = dict(self._asked), {}
        for each in asked.values():
            each.set_exception(HomeAway(who=_WHO))

    @property
    def idle(self) -> bool:
        """Whether nothing came for a moment."""
        return time.monotonic() - self._heard > 0.2

    def ask(self, kind: str, **fields: Any) -> Future[Any]:
        """What comes back, once it has: the result, or HomeRefused. Raises HomeAway."""
        answer: Future[Any] = Future()
        self._send(kind, fields, lambda id_: self._asked.__setitem__(id_, answer))
        return answer

    def wait(self, kind: str, **fields: Any) -> Any:
        """The result. Raises HomeAway, HomeRefused, HomeSilent."""
        answer, until = self.ask(kind, **fields), time.monotonic() + max(self._limit_s, _DIAL_S)
        while not answer.done():
            if time.monotonic() > until:
                raise HomeSilent(who=_WHO, seconds=max(self._limit_s, _DIAL_S))
            self.pump(0.1)
        return answer.result()

    def subscribe(self, kind: str, told: Told, **fields: Any) -> int:
        """Have `told` what comes, on this thread, until unsubscribed; its number. Raises like `wait`."""
        answer: Future[Any] = Future()

        def note(id_: int) -> None:
            self._asked[id_], self._told[id_] = answer, told

        id_ = self._send(kind, fields, note)
        until = time.monotonic() + max(self._limit_s, _DIAL_S)
        while not answer.done() and time.monotonic() < until:
            self.pump(0.1)
        if answer.done() and answer.exception() is not None:
            self._told.pop(id_, None)
        return id_

    def pump(self, wait_s: float) -> None:
        """Read what has come, at most one message; wait so long for it. Raises HomeAway once the connection is gone."""
        try:
            said = self._wire.recv(timeout=wait_s)
        except TimeoutError:
            return
        except (ConnectionClosed, OSError) as error:
            raise HomeAway(who=_WHO) from error
        self._heard = time.monotonic()
        for message in _messages(said):
            self._meet(message)

    def _meet(self, message: Mapping[str, Any]) -> None:
        id_ = message.get("id")
        if message.get("type") == "result" and isinstance(id_, int):
            with self._sending:
                answer = self._asked.pop(id_, None)
            if answer is None or answer.done():
                return
            if message.get("success"):
                answer.set_result(message.get("result"))
            else:
                told = message.get("error") or {}
                answer.set_exception(HomeRefused(who=_WHO, reason=_reason(told)))
        elif message.get("type") == "event" and isinstance(id_, int) and id_ in self._told:
            self._told[id_](message.get("event") or {})

    def _send(self, kind: str, fields: Mapping[str, Any], note: Callable[[int], None]) -> int:
        """Numbers must rise as they are sent, so sending is one at a time."""
        with self._sending:
            self._last += 1
            note(self._last)
            try:
                self._wire.send(json.dumps({"id": self._last, "type": kind, **fields}))
            except (ConnectionClosed, OSError) as error:
                self._asked.pop(self._last, None)
                raise HomeAway(who=_WHO) from error
            return self._last

    def _greet(self, token: SecretStr) -> None:
        self._wire.send(json.dumps({"type": "auth", "access_token": token.get_secret_value()}))
        until = time.monotonic() + _DIAL_S
        while True:
            try:
                said = self._wire.recv(timeout=max(0.0, until - time.monotonic()))
            except TimeoutError:
                raise HomeSilent(who=_WHO, seconds=_DIAL_S) from None
            except (ConnectionClosed, OSError) as error:
                raise NoHomeAssistant(who=_WHO, url=self._url, reason=_why(error)) from error
            for message in _messages(said):
                match message.get("type"):
                    case "auth_ok":
                        self.version = str(message.get("ha_version", ""))
                        return
                    case "auth_invalid":
                        raise TokenRefused(who=_WHO, reason=str(message.get("message", "invalid")))


def _reason(told: Mapping[str, Any]) -> str:
    """Why it says no, without what only programs need."""
    if told.get("translation_key") == "service_not_supported":
        return f"{(told.get('translation_placeholders') or {}).get('entity_id', 'it')} can't do that"
    return str(told.get("message") or told.get("code") or "no").removeprefix("Validation error: ")


def socket_of(url: str) -> str:
    """http://house:8123 → ws://house:8123/api/websocket."""
    scheme, _, rest = url.rstrip("/").partition("://")
    return f"{'wss' if scheme == 'https' else 'ws'}://{rest}/api/websocket"


def _messages(said: str | bytes) -> list[Mapping[str, Any]]:
    """One, or several where it gathers them; what is no JSON object is none."""
    try:
        told = json.loads(said)
    except ValueError:
        return []
    return [each for each in (told if isinstance(told, list) else [told]) if isinstance(each, dict)]


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".").lower()
