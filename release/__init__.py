"""Makes what a release carries besides the code: the engine as a wheel, one archive for machines without a network,
and update files and signatures.

Run by whoever makes a release (scripts/engine-wheel, scripts/bundle, scripts/sign), never by the appliance.
"""
