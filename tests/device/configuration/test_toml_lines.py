"""Where keys stand, in files as people write them and as no one would."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from device.configuration.toml_lines import broken_line, lines_of

NAMES = st.text("abcxyz_-019", min_size=1, max_size=8)
VALUES: Any = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.text("a#=[]{}'\"\\\n ü€", max_size=12),
    st.lists(st.text("ab#]\"'\n\\", max_size=6), max_size=3),
)


@given(st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, max_size=4), max_size=4))
def test_each_key_stands_in_the_line_that_names_it(tree: dict[str, dict[str, Any]]) -> None:
    text = tomlkit.dumps(tree)
    lines, rows = lines_of(text), text.split("\n")
    for section, values in tree.items():
        for key in values:
            assert rows[lines[(section, key)] - 1].startswith(key)
    assert set(lines) >= {(section, key) for section, values in tree.items() for key in values}


TEXT = """\
# wake = 1
wake.threshold = 0.4   # [not] = a section
"quoted key" = 1

[ endpoint ]   # "
silence_s = 0.5
text = \"\"\"
[lights]
kind = "no key"
\"\"\"
list = [
  "a", # ]
  "b",
]
other = '''
x = 1'''
'single' = { inline = 1, deep = [1, 2] }
[lights.more]
kind = "led"
"""


def test_a_file_with_all_that_may_stand_in_one() -> None:
    tomllib.loads(TEXT)
    assert lines_of(TEXT) == {
        ("wake",): 2,
        ("wake", "threshold"): 2,
        ("quoted key",): 3,
        ("endpoint",): 5,
        ("endpoint", "silence_s"): 6,
        ("endpoint", "text"): 7,
        ("endpoint", "list"): 11,
        ("endpoint", "other"): 15,
        ("endpoint", "single"): 17,
        ("lights",): 18,
        ("lights", "more"): 18,
        ("lights", "more", "kind"): 19,
    }


@given(st.text("a1.=#[]{}'\"\\\n ", max_size=60))
def test_no_text_is_too_broken(text: str) -> None:
    lines_of(text)


@pytest.mark.parametrize(
    ("text", "line"), [("[wake\n", 1), ("a = 1\nb =\n", 2), ("a = 1\n\nb = [1,\n2", 4), ('a = """\nx\n', 2)]
)
def test_the_line_of_what_is_broken(text: str, line: int) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert broken_line(str(caught.value), text) == line
