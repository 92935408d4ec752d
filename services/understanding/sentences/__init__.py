"""Sentence templates: files read, a text cut into commands, each matched; and the sentences the owner taught.

The sentences themselves are data in config/sentences. Only the parser and device/wiring look in here.
"""
