"""Hearing and speaking: voice activity, the end of speech, partials, finals, the voice.

The device sees base.py; engines are in partials/, finals/ and voice/, and are named in device/wiring alone.
"""
