"""Words that belong to no command: asides, slips put right, talk to others, and what is nobody's business here.

For order.py and alone.py. A stage here leaves words out and has the rest read; it never finds a deed of its own.
"""
