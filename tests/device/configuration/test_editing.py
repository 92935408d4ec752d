"""Changes to the text of a settings file keep its comments, and change nothing else."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device.configuration.owned.changes import with_value, without
from device.configuration.schema import SettingKey, find, keys

OWN = """\
# my settings

[wake]   # in the kitchen
# lower hears more
threshold = 0.4   # mine
words = [
  "alexa",   # hers
  "hey_jarvis",
]

[ring]
limit_s = 60 # short
"""


def test_comments_order_and_blanks_stay() -> None:
    assert with_value(OWN, find("wake.threshold"), 0.6) == OWN.replace("0.4", "0.6")
    assert with_value(OWN, find("ring.clock_wait_s"), 5) == OWN + "clock_wait_s = 5\n"
    assert with_value(OWN, find("speaker.volume"), 0.5) == OWN + "\n[speaker]\nvolume = 0.5\n"
    assert with_value("", find("speaker.volume"), 0.5) == "[speaker]\nvolume = 0.5\n"


def test_a_section_that_is_left_empty_goes_unless_somebody_wrote_something_there() -> None:
    assert without("[wake]\nthreshold = 0.4\n", find("wake.threshold")) == ""
    assert without("[wake] # mine\nthreshold = 0.4\n", find("wake.threshold")) == "[wake] # mine\n"
    assert without(OWN, find("wake.patience")) is None
    assert "limit_s" not in (without(OWN, find("ring.limit_s")) or "limit_s")


@pytest.mark.parametrize(
    "text", ["wake.threshold = 0.4\n", "wake = {threshold = 0.4, patience = 2}\n", "[wake]\r\nthreshold = 0.4\r\n"]
)
def test_however_a_section_is_written(text: str) -> None:
    key = find("wake.threshold")
    assert tomllib.loads(with_value(text, key, 0.9))["wake"]["threshold"] == 0.9
    assert "threshold" not in tomllib.loads(without(text, key) or "").get("wake", {})


def test_a_number_in_the_place_of_a_section_gives_way() -> None:
    assert tomllib.loads(with_value("wake = 3\n", find("wake.threshold"), 0.9)) == {"wake": {"threshold": 0.9}}


VALUES: Any = st.one_of(
    st.booleans(),
    st.integers(-9, 9),
    st.floats(0, 9),
    st.text("ab#\"'\\\n]ü", max_size=9),
    st.lists(st.text("a,", max_size=3)),
)


@given(st.lists(st.tuples(st.sampled_from(list(keys().values())), st.one_of(st.none(), VALUES)), max_size=12))
def test_whatever_is_set_and_unset_the_file_says_it_and_keeps_its_comments(
    changes: list[tuple[SettingKey, Any]],
) -> None:
    text, told = OWN, tomllib.loads(OWN)
    for key, value in changes:
        if value is None:
            text = without(text, key) or text
            told.get(key.section, {}).pop(key.name, None)
        else:
            text = with_value(text, key, value)
            told.setdefault(key.section, {})[key.name] = value
    found = tomllib.loads(text)
    assert {name: values for name, values in found.items() if values} == {
        name: values for name, values in told.items() if values
    }
    assert "# my settings" in text and "# in the kitchen" in text and "# lower hears more" in text
