"""Other rooms: satellites that speak Wyoming, each with an ear and a conversation of its own: where they are
(place.py), the connection (link.py), what it sends (intake.py), its turns (turns.py), and which of several that hear
one talker answers (nearest.py, likeness.py). It touches engines that it is handed, and submits jobs.
"""
