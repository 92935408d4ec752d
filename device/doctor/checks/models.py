"""The models: there, whole, and those that the settings name."""

from __future__ import annotations

from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown, warn
from device.doctor.sources import Sources, closed
from device.models.engine import compilation
from device.models.errors import ModelCorrupt, ModelMissing
from device.models.installed import state_of, verify
from device.models.manifest import shipped

_PULL = "equerry models pull"
_COMPILE = "scripts/engine, in the folder of the program; what it said is in .venv/engine.log"


def present(sources: Sources) -> Verdict:
    """Whether the default models and those that the settings name are installed, with files of their sizes; and the
    extras that are here at all.
    """
    home = sources.settings.paths.models
    if closed(home):
        return unknown(f"this user may not look into {home}", "Put sudo before it.")
    wanted = _wanted(sources)
    states = {model: state_of(model, home) for model in wanted}
    missing, damaged = ([model for model in wanted if states[model] == state] for state in ("missing", "damaged"))
    facts: Facts = {"wanted": wanted, "missing": missing, "damaged": damaged}
    told = [
        f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} {what}"
        for what, names in (("missing", missing), ("damaged", damaged))
        if names
    ]
    if told:
        return fail("; ".join(told), f"{_PULL} {' '.join((*missing, *damaged))}", **facts)
    return ok(", ".join(wanted), **facts)


def usable(sources: Sources) -> Verdict:
    """Whether what the settings name can be used: models, engine, wake words, the language model."""
    problems = sources.unusable()
    return (
        Verdict("fail", "; ".join(problems), facts={"problems": len(problems)}, private=True)
        if problems
        else ok("what the settings name is there")
    )


def engine(sources: Sources) -> Verdict:
    """Whether the language model's engine is compiled for this machine, which is done beside the appliance."""
    if not sources.settings.language_model.enabled:
        return skip("no language model is wanted")
    now = compilation(sources.environment)
    if now.state == "there":
        return ok(now.words)
    if now.state == "compiling":
        return warn(now.words, "Nothing: it is taken up by itself once it is there.", share=now.share)
    return fail(now.words, _COMPILE, state=now.state)


def whole(sources: Sources) -> Verdict:
    """Whether every byte is as published (SHA-256). Only with --thorough: it takes seconds to minutes."""
    if not sources.thorough:
        return skip("read with --thorough only")
    home, damaged = sources.settings.paths.models, []
    for model in _wanted(sources):
        try:
            verify(model, home)
        except ModelMissing:
            continue  # told by the check before
        except ModelCorrupt:
            damaged.append(model)
    if damaged:
        return fail(f"{' and '.join(damaged)}: not what was published", f"{_PULL} {' '.join(damaged)}", damaged=damaged)
    return ok("every byte is as it was published", damaged=[])


def _wanted(sources: Sources) -> list[str]:
    settings, known = sources.settings, shipped()
    named = [settings.finals.model, settings.voice.model]
    named += [settings.partials.vosk_model] if settings.partials.engine == "vosk" else []
    named += [extra for extra in known.extras if state_of(extra, settings.paths.models) != "missing"]
    return list(
        dict.fromkeys([*known.defaults, *(name for name in named if name in {model.id for model in known.model})])
    )


CHECKS = (
    Check("models.present", "there", present, _PULL),
    Check(
        "models.usable", "named", usable, "equerry models pull ID, or name another: equerry config check", limit_s=10
    ),
    Check("models.engine", "engine", engine, _COMPILE),
    Check("models.whole", "whole", whole, _PULL, limit_s=300),
)
