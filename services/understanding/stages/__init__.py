"""From what was said to the command that is meant: one value (base.Understanding) goes through the stages of order.py.

For device/commands, through order.py and base.py. Each stage is a function in the file of its reason: it takes the
utterance and gives it back further understood, or leaves it to the next one. A new way of saying things is a new stage
in order.py; nothing here writes, asks back, or knows of the appliance.
"""
