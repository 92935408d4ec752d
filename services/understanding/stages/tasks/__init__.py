"""Tasks as people tell of them: in pieces, by a part of a title, as done, as handed over.

For alone.py and order.py. What all share is in titles.py; a stage for tasks is a file here.
"""
