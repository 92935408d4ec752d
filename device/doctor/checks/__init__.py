"""The checks of `equerry doctor`: a file for each area, a function for each check, a finding for each.

A check reads through device/doctor/sources.py alone, so that a test can give it another machine; the list is in
device/doctor/order.py.
"""
