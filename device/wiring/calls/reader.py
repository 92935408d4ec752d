"""Who reads what is said on a call: the language model that was taught to, or what was learnt from words alone."""

from __future__ import annotations

import logging

from device.calls.room import room_for_model
from device.configuration.places import ROOT
from device.configuration.settings import Settings
from device.models.engine import is_compiled
from device.wiring.basis import is_there, model_folder
from firmware.readings import Readings
from services.calls.meanings.asked import MEANINGS, NOTHING
from services.calls.meanings.finder import TurnReader
from services.calls.meanings.learnt import read_learnt
from services.calls.meanings.modelled import ModelledMeanings
from services.understanding.base import LanguageModelUnusable

WEIGHTS, LORA = "smollm2-135m", "equerry-calls"
"""Ids in config/models.toml."""
_LEARNT = ROOT / "config" / "calls" / "meanings" / "en" / "learnt.npz"

log = logging.getLogger(__name__)


def build_turn_reader(settings: Settings, readings: Readings | None = None) -> TurnReader:
    """The model where it is wanted, installed and compiled, and memory is left for it. Raises CallRulesBroken."""
    from services.understanding.model.labels import LabelModel

    words = read_learnt(_LEARNT)
    wanted = settings.language_model
    if not wanted.enabled or not is_compiled() or not all(is_there(settings, part) for part in (WEIGHTS, LORA)):
        return words
    if not room_for_model(readings or Readings()):
        log.info("Calls are read by words alone: there is too little memory for the language model.")
        return words
    try:
        model = LabelModel(
            model_folder(settings, WEIGHTS), model_folder(settings, LORA), MEANINGS, NOTHING, threads=wanted.threads
        )
    except LanguageModelUnusable as error:
        log.warning("Calls are read by words alone. %s", error)
        return words
    return ModelledMeanings(model, words)
