"""What a trained model is worth: alone, behind the templates, and how sure it may be.

For whoever decides whether a training is shipped; evaluate.py is the door. Needs no PyTorch.
"""
