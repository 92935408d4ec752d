"""A call as it goes on: the sound of both sides, their words as they speak, the whisper, and the thread that follows"""
