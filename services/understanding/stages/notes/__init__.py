"""Notes: dictated, put right, and asked about; and what was just done, asked about.

For order.py and alone.py.
"""
