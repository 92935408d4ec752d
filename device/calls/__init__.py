"""A call from where its segments come from to where its events go: files of text and sound, the terminal, the store."""
