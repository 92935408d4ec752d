"""Updates of a device with two slots: a signed file is written into the slot that does not run, booted on trial, and
stays only if it is well; else the slot from before boots again. And signatures of what is installed without slots.
"""
