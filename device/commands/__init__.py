"""From a text to what was done and what is said of it. Runs on the act threads.

responder.py is the door, directory.py what the store knows by name, questions.py what is asked back. Understanding
itself is services/understanding/stages, carrying out services/actions/execution.
"""
