"""What is said to a house: Home Assistant's own sentences (home-assistant-intents, on hassil) and ours
(config/house), over the names of the house that is connected; from there to steps of the family `home`.

reader.py cuts a text, grammar.py matches one piece, steps.py says what it asks for. Where no house is connected, all of
it is passed over.
"""
