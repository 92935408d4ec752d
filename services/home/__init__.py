"""The house: its lights, covers, locks and the like, as Home Assistant or a broker has them; told apart by name, and
commanded.

Others use base.py. A connection is one engine of several (`Controls`); what is said of the house is read in
services/understanding/house, and done in services/actions/home.
"""
