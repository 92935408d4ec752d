"""Copies of the store: made, thinned out, put back, and what can be saved of a damaged one.

For device/upkeep and `equerry backup` and `restore`. Everything here works on files, beside whoever holds the store.
"""
