"""What goes on beside the turns: backups and what is forgotten, files that arrive, the bucket, a damaged store.

Each is a part with a thread of its own (docs/threads.md), started in device/wiring/background.py.
"""
