"""Settings: defaults, the owner's file, the environment; all problems at once."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from device.configuration.load import load
from device.configuration.places import DEFAULTS
from device.configuration.settings import Settings
from device.errors import ConfigBroken


def test_the_shipped_file_names_every_key_and_only_those() -> None:
    tree = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    assert set(tree) == set(Settings.model_fields)
    for section, field in Settings.model_fields.items():
        assert field.annotation is not None
        assert set(tree[section]) == set(field.annotation.model_fields)


def test_every_shipped_key_is_explained_in_the_file() -> None:
    lines = DEFAULTS.read_text(encoding="utf-8").splitlines()
    for above, line in itertools.pairwise(lines):
        if " = " in line and not line.startswith("#"):
            assert "#" in line or above.startswith("#"), line


def test_environment_overrides_the_owners_file_which_overrides_the_defaults(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[wake]\nwords = ['alexa']\nthreshold = 0.4\n")
    settings = load({"EQUERRY_CONFIG": str(own), "EQUERRY_WAKE__WORDS": '["hey_mycroft"]'})
    assert settings.wake.words == ["hey_mycroft"]
    assert settings.wake.threshold == 0.4
    assert settings.wake.patience == 1


def test_models_lie_beside_the_data_unless_said_otherwise(tmp_path: Path) -> None:
    assert load({"EQUERRY_PATHS__DATA": str(tmp_path)}).paths.models == tmp_path / "models"
    assert load({"EQUERRY_PATHS__MODELS": str(tmp_path / "m")}).paths.models == tmp_path / "m"


def test_all_problems_are_told_at_once_with_where_and_what_was_meant(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[wake]\nword = ['alexa']\n[microfone]\nname = 'x'\n[endpoint]\nsilence_s = 90\n")
    with pytest.raises(ConfigBroken) as caught:
        load(
            {
                "EQUERRY_CONFIG": str(own),
                "EQUERRY_WAKE__THRESHOLD": "high",
                "EQUERRY_NONSENSE": "1",
                "EQUERRY_DEVICE__TIME_ZONE": "Mars",
            }
        )
    told = str(caught.value)
    for words in (
        "wake.word is no setting of ours; did you mean wake.words?",
        "did you mean microphone?",
        "endpoint.silence_s = 90",
        "wake.threshold = 'high'",
        "EQUERRY_NONSENSE names no setting",
        "device.time_zone = 'Mars': is not a time zone",
        str(own),
        "environment",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("text", "words"),
    [("[wake\n", "not valid TOML"), ("wake = 3\n", "wake = 3"), ("\udcff", None)],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, words: str | None) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigBroken, match=words or "not valid TOML"):
        load({"EQUERRY_CONFIG": str(own)})


def test_a_named_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigBroken, match="is not a file"):
        load({"EQUERRY_CONFIG": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("data", ["", "equerry", "./data", "~nobody-of-that-name/data"])
def test_a_folder_is_named_from_the_root(data: str) -> None:
    with pytest.raises(ConfigBroken, match=r"paths\.data = .*is not a path from the root"):
        load({"EQUERRY_PATHS__DATA": data})


@pytest.mark.parametrize(("key", "value"), [("NAME", "My Bucket"), ("NAME", "x"), ("ENDPOINT", "storage.example.org")])
def test_a_bucket_is_named_as_buckets_are(key: str, value: str) -> None:
    with pytest.raises(ConfigBroken, match=r"bucket\.(name|endpoint) = .*is not (the name of a bucket|an address)"):
        load({f"EQUERRY_BUCKET__{key}": value})


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("EQUERRY_MQTT__TOPIC", "my desk", "is no level of a topic"),
        ("EQUERRY_MQTT__SITE", "", "is empty, and must not be"),
        ("EQUERRY_MQTT__PREFIX", "a/b", "is no level of a topic"),
        ("EQUERRY_HOME_ASSISTANT__PREFIX", "homeassistant/", "is empty, and must not be"),
        ("EQUERRY_SYNC__KINDS", '["timer"]', "can't be in common; known: task"),
    ],
)
def test_topics_and_kinds_are_told_of_in_words(key: str, value: str, words: str) -> None:
    with pytest.raises(ConfigBroken, match=words):
        load({"EQUERRY_CONFIG": "", key: value})
    right = load(
        {"EQUERRY_CONFIG": "", "EQUERRY_MQTT__TOPIC": "desk", "EQUERRY_HOME_ASSISTANT__PREFIX": "ha/discovery"}
    )
    assert (right.mqtt.topic, right.home_assistant.prefix) == ("desk", "ha/discovery")
