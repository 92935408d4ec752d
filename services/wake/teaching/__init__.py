"""Teaches a head (services/wake/head.py) a wake word of one's own: on the device, in NumPy."""
