"""The wake word: openWakeWord's models without its package, and what makes a detection of their scores.

The device sees base.py; the engine is named in device/wiring.
"""
