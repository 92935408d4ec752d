"""Hands the machine's effects to the threads of the ear and the mouth."""

from __future__ import annotations

from device.hearing.listener import Listener
from device.speaking.mouth import Mouth
from device.turn import effects as do


def turn_ear(listener: Listener, mouth: Mouth, effect: do.Microphone) -> None:
    """Opens and closes the ear and the microphone; the mouth confirms with an earcon."""
    match effect:
        case do.OpenEar(turn, heard, patience, held, preroll):
            listener.open(turn, patience=patience, preroll=preroll, held=held)
            if heard:
                mouth.chime("heard")
        case do.HoldEar(turn):
            listener.hold(turn)
        case do.LetGo(turn, ends):
            listener.let_go(turn, ends=ends)
        case do.CloseEar():
            listener.close_ear()
        case do.CloseMicrophone():
            listener.mute(True)
        case do.OpenMicrophone():
            listener.mute(False)


def sound(mouth: Mouth, effect: do.Loudspeaker) -> None:
    """What is said, rung and chimed, at which volume, and when it ends."""
    match effect:
        case do.Speak(turn, text, volume):
            mouth.say(turn, text, volume=volume)
        case do.BreakOff(turn):
            mouth.break_off(turn)
        case do.Pause(turn):
            mouth.pause(turn)
        case do.Duck(quieter):
            mouth.duck(quieter)
        case do.Chime(name):
            mouth.chime(name)
        case do.Hush():
            mouth.hush()
        case do.Ring(turn, due):
            mouth.ring(turn, due.words)
