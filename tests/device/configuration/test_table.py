"""The table of what is taken while the appliance runs, and what a change of each key leads to."""

from __future__ import annotations

from typing import get_args

import pytest

from device.configuration.live.table import LIVE, Live, changed, live, words_of
from device.configuration.load import load
from device.configuration.schema import SettingKey, keys
from device.configuration.settings import Settings

AT_REST = (
    *(
        "microphone.name",
        "microphone.channel",
        "speaker.name",
        "lights.kind",
        "lights.pins",
        "voice.model",
        "voice.speed",
    ),
    *(
        "endpoint.silence_s",
        "endpoint.begin_s",
        "session.open_s",
        "session.keep_days",
        "barge.enabled",
        "barge.duck_db",
    ),
    *("jobs.running", "jobs.burst", "insight.transcripts", "insight.one_s", "ring.limit_s", "ring.clock_wait_s"),
    *("mqtt.host", "mqtt.health_s", "mqtt.publish_transcripts", "files.poll", "bucket.name", "backup.enabled"),
    *("retention.turns_days", "wake.patience", "finals.model", "device.name", "paths.data", "language_model.policy"),
)


def test_no_row_speaks_of_what_there_is_not() -> None:
    assert set(LIVE) <= set(keys())
    assert set(LIVE.values()) == set(get_args(Live))


@pytest.mark.parametrize("key", AT_REST)
def test_whatever_else_is_changed_waits_for_a_new_start(key: str) -> None:
    assert live(keys()[key]) is None
    assert all(said in words_of(keys()[key]) for said in ("as a service by itself", "else start it anew"))


def test_the_keys_are_those_of_the_model() -> None:
    told = {(key.section, key.name) for key in keys().values()}
    there = {(section, name) for section, values in load({}).model_dump().items() for name in values}
    assert told == there


@pytest.mark.parametrize("key", [each for each in keys().values() if each.sort in ("whole", "number")], ids=str)
def test_a_change_of_one_key_is_seen_as_that(key: SettingKey) -> None:
    settings = load({})
    section = getattr(settings, key.section)
    before = getattr(section, key.name)
    value = key.most if before != key.most else key.least
    after: Settings = settings.model_copy(update={key.section: section.model_copy(update={key.name: value})})
    assert changed(settings, after) == [key]
    assert changed(settings, settings) == []
