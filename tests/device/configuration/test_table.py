"""The table of ways: every key stands in it exactly once, and each way turns something."""

from __future__ import annotations

from typing import get_args

import pytest

from device.configuration.live.table import WAYS, Way, changed, rows_of, way_of, words_of
from device.configuration.load import load
from device.configuration.schema import SettingKey, keys
from device.configuration.settings import Settings


@pytest.mark.parametrize("key", keys().values(), ids=str)
def test_every_key_stands_in_the_table_exactly_once(key: SettingKey) -> None:
    assert len(list(rows_of(key))) == 1
    assert words_of(way_of(key))


def test_no_row_speaks_of_what_there_is_not() -> None:
    assert set(WAYS) == {row for key in keys().values() for row in rows_of(key)}
    assert set(WAYS.values()) == set(get_args(Way))


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
