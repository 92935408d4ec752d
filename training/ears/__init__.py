"""Ears of our own: Whisper's encoder taught to hear through rooms and noise what it hears of clean speech.

sounds, speaking    what is learnt from: recordings, and sentences spoken by synthetic voices
rooms, noises, heard    what stands between a mouth and a microphone, made anew for every step
network, targets    the model, and what the frozen original made of each clean sound
batches, train      learning
"""
