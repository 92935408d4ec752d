"""Hearing: the listen thread and its ear, its own voice and "stop" told apart, the end of a turn, and reading
ahead.

Engines come from device/wiring by their Protocols (services/speech/base.py, services/wake/base.py). Nothing here
decides what a sentence means.
"""
