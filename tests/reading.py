"""Reads a text by itself, with the routines and titles of a store."""

from __future__ import annotations

from datetime import datetime

from device.commands.directory import StoreDirectory
from services.store.store import Store
from services.understanding.base import Command, Parser
from services.understanding.conversation.memory import Conversation
from services.understanding.stages.alone import alone
from services.understanding.stages.base import Understanding
from services.understanding.stages.order import reading


def read_alone(parser: Parser, store: Store, text: str, now: datetime) -> Command:
    """What it means where nothing was said before."""
    read = reading(parser, Conversation(), now)
    return alone(Understanding(text, now, directory=StoreDirectory(store), read=read), text)
