"""The final transcript: Whisper, what it listens to, and the guard against what it makes up.

Another engine is a module here that keeps services.speech.base.FinalRecognizer, named in device/wiring.
"""
