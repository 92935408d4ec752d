"""Measures the microphone and the wake word where the device stands: samples in, findings and settings out."""
