"""The control socket: who may (door.py), connections (lines.py), what may be asked (requests.py), what is told
(told.py, feed.py).
"""
