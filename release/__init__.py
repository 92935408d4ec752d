"""Makes what a release carries besides the code: the engine as a wheel, and one archive for machines without a network.

Run by whoever makes a release (scripts/engine-wheel, scripts/bundle), never by the appliance.
"""
