"""Whose turn it is on this thread: what a client must not know of is not among the names that its words are looked up
in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from services.actions.policy.roles import identity_of

_CLIENT: ContextVar[str] = ContextVar("client", default="")


@contextmanager
def turn_of(client: str) -> Iterator[None]:
    """From here on, on this thread, until the end of the block."""
    before = _CLIENT.set(client)
    try:
        yield
    finally:
        _CLIENT.reset(before)


def client() -> str:
    """Whose turn it is; empty outside of any."""
    return _CLIENT.get()


def identity(client: str) -> str:
    """Who is behind a client, for whom roles, limits and the audit log are: of `mqtt:<name>#<conversation>` what stands
    before the `#`.
    """
    return identity_of(client)
