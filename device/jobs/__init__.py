"""Jobs: every command, wherever it comes from, in a queue of its conversation and one of the device.

For whoever gives commands, through jobs.py (submit, cancel, view); job.py has the values. queue.py,
rates.py and wording.py start no threads: what they decide can be changed and tested by itself.
"""
