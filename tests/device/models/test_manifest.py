"""The list of models: what is shipped, and what a broken one says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from device.models.errors import ManifestBroken, ModelUnknown
from device.models.manifest import (
    DifferenceSource,
    Manifest,
    PackageSource,
    RelativePath,
    ShippedSource,
    shipped,
)

GOOD = {"a.onnx": b"abc"}
SOURCE = 'packages = ["a==1"], folder = "a", bytes = 10'


def test_the_default_set_serves_every_faculty_and_needs_no_address() -> None:
    defaults = [shipped().find(model) for model in shipped().defaults]
    assert {model.kind for model in defaults} >= {"wake", "final", "language", "voice"}
    assert all(isinstance(model.sources[0], PackageSource | ShippedSource | DifferenceSource) for model in defaults)
    assert all(model.licence for model in shipped().model)


def test_nothing_waits_for_an_extra() -> None:
    assert shipped().extras == ("vosk-small-en-us",)
    assert not set(shipped().extras) & set(shipped().defaults)


def test_a_misspelt_id_gets_the_nearest() -> None:
    with pytest.raises(ModelUnknown, match=r"no model whisper-tny.*did you mean whisper-tiny\.en"):
        shipped().find("whisper-tny")


def test_an_id_like_nothing_gets_no_guess() -> None:
    with pytest.raises(ModelUnknown) as caught:
        shipped().find("zzzzzz")
    assert "did you mean" not in str(caught.value)


def test_all_problems_are_told_at_once(listed: Callable[[str], Manifest], toml: Callable[..., str]) -> None:
    text = toml("one", GOOD, SOURCE, colour='"red"').replace('kind = "voice"', 'kind = "nose"')
    text += toml("two", GOOD, 'packages = ["no-pin"], folder = "a", bytes = 10')
    with pytest.raises(ManifestBroken) as caught:
        listed(text)
    for word in ("colour", "kind", "packages"):
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace('path = "a.onnx"', 'path = "../a.onnx"'),
        lambda text: text.replace('path = "a.onnx"', 'path = "/a.onnx"'),
        lambda text: text.replace("bytes = 3", "bytes = -3"),
        lambda text: text.replace('sha256 = "', 'sha256 = "xx'),
        lambda text: text + text,
        lambda text: text.replace("[[model]]", "[[model"),
        lambda text: text.replace(SOURCE, 'file = "a"'),
        lambda text: text.replace(SOURCE, 'url = "ftp://a/"'),
        lambda text: text.replace(SOURCE, 'url = "https://a/no-slash"'),
        lambda text: text.replace('id = "one"', 'id = "../one"'),
        lambda text: text.split("files")[0] + f"files = []\nsources = [{{ {SOURCE} }}]",
        lambda text: text.replace(f"sources = [{{ {SOURCE} }}]", "sources = []"),
        lambda text: text + "extra = true",
        lambda _: "",
    ],
)
def test_a_broken_list_is_an_error_with_a_name(
    listed: Callable[[str], Manifest], toml: Callable[..., str], spoil: Callable[[str], str]
) -> None:
    good = toml("one", GOOD, SOURCE)
    assert listed(good).model[0].bytes == 3
    with pytest.raises(ManifestBroken, match=r"models\.toml"):
        listed(spoil(good))


def test_a_missing_list_is_an_error_with_a_name(tmp_path: Path) -> None:
    with pytest.raises(ManifestBroken):
        Manifest.load(tmp_path / "nothing.toml")


@given(st.text(alphabet="./\\ab~\0", max_size=12))
@example("a/../../b")
def test_a_path_that_passes_stays_below_its_folder(path: str) -> None:
    try:
        TypeAdapter(RelativePath).validate_python(path)
    except ValidationError:
        return
    root = Path("/models/one")
    assert Path(*(root / path).parts).is_relative_to(root)
    assert ".." not in (root / path).parts
