"""The appliance itself as others turn it and ask it: dials of Home Assistant, and what actions see."""
