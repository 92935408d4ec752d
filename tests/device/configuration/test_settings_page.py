"""docs/settings.md has every key, as the shipped file and the model say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from device.configuration.comments import explained
from device.configuration.schema import keys

ROOT = Path(__file__).parents[3]


def test_the_page_is_what_the_settings_say() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "settings", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_key_is_explained_by_itself_or_by_its_section() -> None:
    for key in keys().values():
        assert explained()[key.section].keys[key.name], key
