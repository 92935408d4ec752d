"""From a text to a command. stages/ has the order in which something said in a conversation is understood; parser.py
reads a text by itself, by reserved words, taught sentences, templates and the language model.

The device sees base.py, vocabulary.py, the parser and stages/; other services base.py. vocabulary.py is the one table
of what may be asked for: a new action begins there (docs/extending.md).
"""
