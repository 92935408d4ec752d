"""Actions on the appliance itself: stop and help, volume, what it works on, how it is, the time. They reach it through
services.actions.base.Appliance.
"""
