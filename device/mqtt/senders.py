"""Who sends, proved by the topic or a token, and whether it sends too much to be read. Time is an argument.

RequestRefused
├── Flooded
├── UserRefused
└── TokenUnknown
"""

from __future__ import annotations

from pydantic import SecretStr

from device.jobs.rates import Rates
from device.mqtt.tokens import Tokens
from device.requests.base import RequestRefused

ANYONE = "mqtt:anyone"
"""Who neither the broker nor a token names."""
_A_MINUTE, _BURST = 300, 100
"""Messages of one sender that are read, for each verb: more than jobs admit, so that these say why."""
_ALL_A_MINUTE, _ALL_BURST = 1_200, 200
"""Likewise of all senders together: user names cost nothing where the broker checks none."""
_LONGEST = 64


class Flooded(RequestRefused):
    """Too many messages at once; they are not read."""

    code = "mqtt.flood"


class UserRefused(RequestRefused):
    """The user in that topic can't be used: a name has 1 to 64 letters that can be shown."""

    code = "mqtt.user"


class TokenUnknown(RequestRefused):
    """Nobody has that token."""

    code = "mqtt.token"


class Senders:
    """Those who may be read."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._each = Rates(_A_MINUTE, _BURST)
        self._all = Rates(_ALL_A_MINUTE, _ALL_BURST)

    def admitted(self, verb: str, user: str | None, moment: float) -> str:
        """The client whom the topic proves, before anything is read; `user` None: it names nobody. Each thing that can
        be asked is counted apart, so that nobody's commands keep a stop away. Raises Flooded and UserRefused.
        """
        client = ANYONE if user is None else f"mqtt:{user}" if _is_name(user) else ""
        if self._each.wait(f"{verb} {client}", moment) or self._all.wait(verb, moment):
            raise Flooded
        if not client:
            raise UserRefused
        return client

    def proved(self, client: str, token: SecretStr | None) -> str:
        """The client whom a token proves, which goes before the topic. Raises TokenUnknown."""
        if token is None:
            return client
        if (name := self._tokens.name(token)) is None:
            raise TokenUnknown
        return f"mqtt:{name}"


def _is_name(user: str) -> bool:
    """A level of a topic, and no `#`, which stands before a conversation."""
    return 0 < len(user) <= _LONGEST and user.isprintable() and user == user.strip() and not set("#+/") & set(user)
