"""Actions on the appliance itself: stop and help, volume, what it works on, how it is, the time.

They reach the appliance through services.actions.base.Appliance; mock.py is one without a body, for tests.
"""
