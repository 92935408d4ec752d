"""The LoRA: the base model in PyTorch, what is trained on it, and the file that llama.cpp takes.

For whoever trains; train.py is the door. Needs training/requirements.txt.
"""
