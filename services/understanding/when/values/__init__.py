"""What times mean before they are placed: days, lengths, parts of a period, moments, ranges, repeats, each resolved
against now.

For whoever asks what an expression stands for. Values are frozen and know no words: what language leaves open they take
from `house.House`, and now from a `days.Ref`; nothing here reads a text.
"""
