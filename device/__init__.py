"""The appliance: what holds body and faculties together."""

__version__ = "0.1.0"
