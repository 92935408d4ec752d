"""Loads settings: the shipped ones, the owner's files, the environment. All problems are told at once."""

from __future__ import annotations

import os
from collections.abc import Mapping

from device.configuration.layers import read
from device.configuration.problems import settings_of, usable
from device.configuration.settings import Settings
from device.configuration.zone import placed_in
from device.errors import ConfigBroken


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and validate the settings. Raises ConfigBroken with every problem found, each with its file and line."""
    settings, problems = load_usable(environ)
    if problems:
        raise ConfigBroken(problems=problems)
    return settings


def load_usable(environ: Mapping[str, str] | None = None) -> tuple[Settings, list[str]]:
    """What can be used of the settings, and the problems: for whoever only wants to reach the running appliance."""
    layers = read(os.environ if environ is None else environ)
    settings = settings_of(layers)
    problems = [str(problem) for problem in layers.problems]
    return placed_in(settings or usable(layers)), problems
