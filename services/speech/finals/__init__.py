"""The final transcript: an engine a module, what Whisper listens to, and the guard against what it makes up.

Another engine is a module here that keeps services.speech.base.FinalRecognizer, and its row in device/wiring/ear.py;
`[finals] engine` chooses it.
"""
