"""A model that is made of another one: pulled, checked, and what is said where it can't be made."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from device.models import difference
from device.models.errors import DifferenceBroken, ManifestBroken
from device.models.fetch import pull
from device.models.installed import verify
from device.models.manifest import Manifest
from services.speech.finals.difference import add
from tests.services.speech.small_weights import model_bin

PIN = "plain-ears==1.0"
ORIGINAL = {"model.bin": model_bin({"weight": np.ones((2, 3), np.float16)}), "config.json": b"{}"}
CHANGE: Mapping[str, Any] = {
    "weight": np.array([[1, 2, 3], [4, 5, 6]], np.int8),
    "weight:scale": np.array([0.1, 0.2], np.float32),
}
SOURCE = 'difference = "ears.npz", onto = "plain", file = "model.bin"'

Listed = Callable[[str], Manifest]
Toml = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def made(tmp_path: Path) -> dict[str, bytes]:
    """What the files of the model that is made should be."""
    path = tmp_path / "made.bin"
    path.write_bytes(ORIGINAL["model.bin"])
    add(CHANGE, path)
    return {**ORIGINAL, "model.bin": path.read_bytes()}


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The difference, in the application's folder."""
    monkeypatch.setattr(difference, "ROOT", tmp_path)
    kept = io.BytesIO()
    np.savez_compressed(kept, allow_pickle=False, **CHANGE)
    path = tmp_path / "ears.npz"
    path.write_bytes(kept.getvalue())
    return path


@pytest.fixture
def both(index: Any, listed: Listed, toml: Toml, made: dict[str, bytes], shipped: Path) -> Manifest:
    """The original, which is in a package, and what is made of it."""
    index.add_wheel(PIN, {f"plain_ears/{path}": content for path, content in ORIGINAL.items()})
    package = f'packages = ["{PIN}"], folder = "plain_ears", bytes = 300000'
    return listed(toml("plain", ORIGINAL, package) + toml("own", made, SOURCE))


def test_it_is_made_of_the_other_which_is_pulled_first(both: Manifest, home: Path, made: dict[str, bytes]) -> None:
    assert pull(["own"], home, manifest=both) == [home / "own"]
    assert {path.name: path.read_bytes() for path in (home / "own").iterdir()} == made
    assert verify("plain", home, both) and verify("own", home, both)
    assert not list((home / ".staging").iterdir())


def test_what_is_here_is_not_fetched_again(both: Manifest, home: Path, index: Any) -> None:
    pull(["plain"], home, manifest=both)
    index.asked.clear()
    pull(["own", "plain"], home, manifest=both)
    assert index.asked == []


def test_a_damaged_original_is_fetched_anew(both: Manifest, home: Path, made: dict[str, bytes]) -> None:
    pull(["plain"], home, manifest=both)
    (home / "plain" / "model.bin").write_bytes(ORIGINAL["model.bin"][:-9] + bytes(9))
    pull(["own"], home, manifest=both)
    assert (home / "own" / "model.bin").read_bytes() == made["model.bin"]


def test_once_made_it_needs_the_other_no_more(both: Manifest, home: Path, index: Any) -> None:
    pull(["own"], home, manifest=both)
    (home / "plain" / "model.bin").unlink()
    index.asked.clear()
    pull(["own"], home, manifest=both)
    assert index.asked == []


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda path: path.unlink(), r"can't be used .*No such file"),
        (lambda path: path.write_bytes(path.read_bytes()[:-30]), r"can't be used .*damaged"),
        (lambda path: np.savez(path, other=np.zeros(3)), r"can't be used .*no array other"),
        (lambda path: np.savez(path, weight=np.zeros((2, 3))), r"is another than the one .* or plain is"),
    ],
)
def test_a_difference_that_does_not_fit_says_what_to_do(
    both: Manifest, home: Path, shipped: Path, spoil: Callable[[Path], object], told: str
) -> None:
    spoil(shipped)
    with pytest.raises(
        DifferenceBroken, match=rf"own could not be made: .*ears\.npz {told}.*git checkout.*equerry models pull own"
    ):
        pull(["own"], home, manifest=both)
    assert not (home / "own").exists()


def test_the_other_must_stand_before_it_in_the_list(listed: Listed, toml: Toml, made: dict[str, bytes]) -> None:
    with pytest.raises(ManifestBroken, match="own is made of plain, which must stand before it"):
        listed(toml("own", made, SOURCE))
