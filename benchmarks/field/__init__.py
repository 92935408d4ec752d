"""The parts of Home Assistant that benchmarks/wyoming.py runs beside the appliance: in an environment of their own,
which scripts/field makes, and never a dependency of the product.
"""
