"""What the lights show: a view of what is so (view.py), the pattern for it (ladder.py, patterns.py), a thread that
draws (thread.py).
"""
