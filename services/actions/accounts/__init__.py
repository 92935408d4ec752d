"""Customers and their money: the ledger, statements, sums.

ledger.py and customers.py are families of actions; money.py is used wherever a sum is read or said.
"""
