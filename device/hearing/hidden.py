"""The spoken code is taken off what the ear tells, before anybody else sees it: no screen, record, log or broker."""

from __future__ import annotations

from dataclasses import replace

from device.turn import events as on
from services.actions.policy.code import SpokenCode


def hiding(emit: on.Emit, code: SpokenCode | None, client: str) -> on.Emit:
    """What an ear tells, where a code may be said into it; `client` is whoever speaks there."""
    if code is None:
        return emit

    def emit_hidden(event: on.Event | on.Crashed) -> None:
        match event:
            case on.PartialHeard(turn, partial):
                text = code.hide_part(partial.text, client)
                event = event if text == partial.text else on.PartialHeard(turn, replace(partial, text=text))
            case on.FinalHeard(turn, final):
                text = code.hide(final.text, client)
                if text != final.text:  # nor in its pieces, nor in what else was taken for it
                    event = on.FinalHeard(turn, replace(final, text=text, segments=(), first=None, others=()))
        emit(event)

    return emit_hidden
