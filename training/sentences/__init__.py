"""Sentences to learn from and to measure with: frames and pools, what is made of them, and those of other sources.

For training/lora and training/measures. frames/, pools/ and words/ beside the modules are data.
"""
