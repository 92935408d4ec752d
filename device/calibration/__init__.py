"""The microphone and the wake word, measured where the device stands: samples in, findings and suggested settings
out.
"""
