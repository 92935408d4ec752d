"""Calls that are followed, over MQTT: each thing that happens, and no words where none are wanted."""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import TypeAdapter

from device.calls.live.base import CallBegan
from device.calls.replay import played
from device.messages.calls import CALL_MESSAGES
from services.calls.base import CallSegment, Side
from services.calls.call import CallSetup, FollowedCall
from services.calls.meanings.files import read_meanings
from services.calls.trigger_files import read_triggers
from services.understanding.when import find
from tests.device.mqtt.test_telling import NOW, Desk
from tests.services.calls.conftest import NAMES, SHIPPED, NoFacts

TALK: tuple[tuple[Side, str], ...] = (
    ("other", "Hello, Tom Henderson here, about the roof of the barn."),
    ("owner", "I have it in front of me."),
    ("other", "How much is it going to cost?"),
    ("owner", "About three thousand. I'll send you the quote by Friday."),
    ("other", "Thank you, bye."),
)


def _told(*, transcripts: bool) -> Desk:
    desk = Desk(transcripts=transcripts)
    desk.connect()
    rules = read_meanings(sorted((SHIPPED / "meanings" / "en").glob("*.yaml")))
    triggers = read_triggers([SHIPPED / "triggers" / "sales.toml"], rules.names)
    call = FollowedCall(CallSetup(lambda: rules, lambda: triggers, find, NoFacts(), NOW, NAMES))
    segments = [CallSegment(side, NAMES[side], 6.0 * at, 6.0 * at + 4, text) for at, (side, text) in enumerate(TALK)]
    desk.telling.call(CallBegan(0.0, "Tom Henderson"))
    for event in played(call, segments):
        desk.telling.call(event)
    desk.work()
    return desk


def test_all_of_a_call_is_told() -> None:
    desk = _told(transcripts=True)
    assert desk.fields("call/started")[0]["who"] == "Tom Henderson"
    assert [each["text"] for each in desk.fields("call/segment")] == [text for _, text in TALK]
    assert desk.fields("call/trigger")[0]["trigger"] == "price_asked"
    assert desk.fields("call/whisper")[0]["text"] == "Tom asks the price"
    (made,) = desk.fields("call/commitment")
    assert (made["by"], made["text"], made["when"]) == ("owner", "send you the quote", "by Friday")
    assert datetime.fromisoformat(made["due"]).weekday() == 4
    (ended,) = desk.fields("call/ended")
    assert ended["commitments"] == 1 and 0 < ended["owner_share"] < 1
    for kind in CALL_MESSAGES:
        for told in desk.fields(kind.topic):
            TypeAdapter(kind).validate_json(json.dumps(told))


def test_without_transcripts_nobodys_words_go_out() -> None:
    desk = _told(transcripts=False)
    assert desk.topics("call/segment") == []
    assert desk.fields("call/trigger")[0]["trigger"] == "price_asked"
    assert desk.fields("call/commitment")[0]["text"] is None
    assert desk.fields("call/started")[0]["who"] is None
    everything = " ".join(str(message.payload) for message in desk.messages)
    assert not [word for word in ("Henderson", "roof", "quote", "price,", "Tom") if word in everything]
