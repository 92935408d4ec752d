"""Who and what is meant by a name as spoken: exact, alias, sounds alike, close, role, group; or a question.

The parser and device/commands see names.py and base.py. given_names.txt is data.
"""
