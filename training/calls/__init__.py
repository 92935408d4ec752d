"""How the meanings of what is said on calls are learnt: sentences written for it and made from frames, calls that are
marked, a linear classifier. MODEL_CARD.md tells what it is worth.
"""
