"""How the second stage of the shipped wake words is taught: spoken words, rooms, features, heads."""
