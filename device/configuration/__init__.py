"""The settings as files: where they lie, what they say line by line, how they are changed, and how a running appliance
takes a change.
"""
