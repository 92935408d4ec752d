"""From a reply to sound: text as it is spoken, cut into pieces, synthesized, kept; and the short sounds.

Another voice is a module here that keeps services.speech.base.Voice, named in device/wiring.
"""
