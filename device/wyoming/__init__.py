"""The Wyoming server, for Home Assistant's voice: who may (access.py), bytes and events (frames.py, asked.py), one
client's dialogue (dialogue.py), connections (server.py). It touches engines that it is handed, and submits jobs.
"""
