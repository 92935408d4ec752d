"""Rooms, noises and scenes made from seeds, for benchmarks/rooms.py: no recording is needed."""
