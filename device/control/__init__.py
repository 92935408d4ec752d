"""The control socket: who may (access.py), connections (connections.py), what may be asked (requests.py), what is told
(snapshots.py, feed.py).
"""
