"""Settings that change while the appliance runs: seen, checked as a whole, taken, or left to the next start.

table.py says which setting is taken how.
"""
