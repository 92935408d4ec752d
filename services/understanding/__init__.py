"""From a text to a command: reserved words, templates, the language model; then names and what words lean on.

The device sees base.py, vocabulary.py and the parser; other services base.py. vocabulary.py is the one table of what
may be asked for: a new action begins there (docs/extending.md).
"""
