"""Conversations of two sides followed as they go: what is meant, promised, worth a whisper, and what remains of it.

Pure: segments and the time go in, events come out. Where the sound comes from and where whispers go is not known here.
"""
