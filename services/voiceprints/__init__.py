"""Whose voice it is: a speaker encoder, voiceprints of enrolled people, and how surely a sound is one of them.

The device sees base.py; the engine is named in device/wiring.
"""
