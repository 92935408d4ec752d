"""Search: the index that is kept with each commit, and what looks in it.

Which fields of a kind are searched stands with the kind, not here.
"""
