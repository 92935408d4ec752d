"""Voiceprints as the appliance keeps and uses them: a file beside the store, read when it changes; nothing is loaded
while nobody is enrolled.
"""
