"""Money of customers: who is one, what they owe, what is booked, told and asked as one does across a counter.

For order.py and alone.py.
"""
