"""The language model: a sentence in, steps or none out, within a grammar; and how sure it is.

The parser sees base.py; engines are named in device/wiring. docs/command-model.md is its model card.
"""
