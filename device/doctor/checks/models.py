"""The models: there, whole, and those that the settings name."""

from __future__ import annotations

from device.doctor.base import Check, Facts, Verdict, fail, ok, skip, unknown
from device.doctor.sources import Sources, closed
from device.models.errors import ModelCorrupt, ModelMissing
from device.models.installed import state_of, verify
from device.models.manifest import shipped

_PULL = "equerry models pull"


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
    Check("models.whole", "whole", whole, _PULL, limit_s=300),
)
