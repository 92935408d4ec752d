"""From a text to what was done and what is said of it. Runs on the act threads.

responder.py is the door. Understanding itself is services/understanding, carrying out services/actions/execution.
"""
