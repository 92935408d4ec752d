"""From the words of a slot to what an action reads: titles, times taken off, sums, items, recipients, readings.

For the templates, the model and the links between steps. Pure; words are data.
"""
