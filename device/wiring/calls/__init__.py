"""Wires calls: what every call is followed with, and those that go on."""
