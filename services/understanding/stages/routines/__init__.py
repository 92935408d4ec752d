"""Routines: made, changed, run and asked about by voice.

For stages/order.py: what is said of the routines there are, or makes one.
"""
