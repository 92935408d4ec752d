"""The ears that are shipped: what the list says comes of the published model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from device.models.fetch import pull
from device.models.installed import verify
from device.models.manifest import ROOT, DifferenceSource, shipped

MOST_BYTES = 12_000_000


@pytest.mark.engine
def test_they_are_made_byte_for_byte_as_the_list_says(tmp_path: Path, model_folder: Callable[[str], Path]) -> None:
    (tmp_path / "whisper-tiny.en").symlink_to(model_folder("whisper-tiny.en"))
    assert pull(["equerry-ears"], tmp_path) == [tmp_path / "equerry-ears"]
    verify("equerry-ears", tmp_path)


def test_they_are_small() -> None:
    (source,) = shipped().find("equerry-ears").sources
    assert isinstance(source, DifferenceSource)
    assert (ROOT / source.difference).stat().st_size < MOST_BYTES


def test_only_the_weights_differ_from_the_published_model() -> None:
    own, published = (
        {file.path: (file.bytes, file.sha256) for file in shipped().find(model).files}
        for model in ("equerry-ears", "whisper-tiny.en")
    )
    assert {path for path in own if own[path] != published[path]} == {"model.bin"} and set(own) == set(published)
