"""docs/mqtt.md is what the dataclasses say, and its examples are as its schemas say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from device.messages.base import PublishedMessage, Spoken, wordless
from device.messages.events import MESSAGES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "mqtt.md").read_text(encoding="utf-8")
BLOCKS = [
    json.loads(block)
    for block in re.findall(r"^```json\n(.*?)^```", PAGE.partition("<!-- scripts/topics events -->")[2], re.M | re.S)
]
SCHEMAS = {block["title"]: block for block in BLOCKS if "$schema" in block}
EXAMPLES = [block for block in BLOCKS if "$schema" not in block]
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def wrong(value: Any, schema: dict[str, Any]) -> str | None:
    """What of a value is not as a schema says; of JSON Schema what our schemas have (anything else in one is a
    failure).
    """
    known = {
        "$schema",
        "title",
        "description",
        "type",
        "enum",
        "anyOf",
        "items",
        "properties",
        "additionalProperties",
        "required",
        "format",
    }
    assert schema.keys() <= known, schema.keys() - known
    if "anyOf" in schema:
        return (
            None
            if any(wrong(value, each) is None for each in schema["anyOf"])
            else f"{value!r} is none of {schema['anyOf']}"
        )
    if not isinstance(value, TYPES[schema["type"]]) or (isinstance(value, bool) and schema["type"] != "boolean"):
        return f"{value!r} is no {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not in {schema['enum']}"
    if schema.get("format") == "date-time" and datetime.fromisoformat(value).tzinfo is None:
        return f"{value!r} has no offset"
    parts = [(each, schema["items"]) for each in value] if schema["type"] == "array" else []
    if schema["type"] == "object":
        if missing := set(schema.get("required", ())) - value.keys():
            return f"{missing} missing"
        properties, rest = schema.get("properties", {}), schema.get("additionalProperties")
        parts = [(each, properties.get(name, rest)) for name, each in value.items()]
        assert all(of for _, of in parts), value
    return next((found for each, of in parts if (found := wrong(each, of))), None)


def shown(kind: type[PublishedMessage]) -> str:
    return kind.topic.replace("{", "<").replace("}", ">")


def test_the_page_is_up_to_date() -> None:
    check = [sys.executable, ROOT / "scripts" / "topics", "--check"]
    made = subprocess.run(check, check=False, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_every_happening_has_a_schema_that_tells_of_each_field(kind: type[PublishedMessage]) -> None:
    schema = SCHEMAS[shown(kind)]
    assert schema["$schema"].endswith("2020-12/schema")
    assert sorted(schema["required"]) == sorted(schema["properties"]), "every field is always there"
    for name, field in schema["properties"].items():
        assert field.get("description"), f"{name} is not told of"
    assert schema["description"]


def test_the_examples_are_as_their_schemas_say() -> None:
    assert len(EXAMPLES) == len(SCHEMAS) == len(MESSAGES)
    for example, (title, schema) in zip(EXAMPLES, SCHEMAS.items(), strict=True):
        assert wrong(example, schema) is None, title
        assert wrong({**example, "at": None}, schema), "the checker checks"


def test_everything_with_words_in_it_is_marked_as_that() -> None:
    """What is called text, reply, words or names is somebody's; whoever adds such a field has to say so."""
    for kind in MESSAGES:
        for name, field in kind.__dataclass_fields__.items():
            if name in {"text", "reply", "words", "names", "title", "content"}:
                assert field.metadata or issubclass(kind, Spoken), (kind, name)
    for example, kind in zip(EXAMPLES, MESSAGES, strict=True):
        silent = wordless(kind(**{**example, "at": datetime.fromisoformat(example["at"])}))
        assert silent is None or all(
            getattr(silent, name) is None for name, field in kind.__dataclass_fields__.items() if field.metadata
        )
