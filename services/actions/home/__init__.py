"""The house: switch, set, open, close, lock, ask, and have Home Assistant answer what nobody here understands."""

from services.actions.call import family
from services.actions.home.commands import close, lock, media, off, on, open_, set_, unlock
from services.actions.home.converse import converse
from services.actions.home.query import query

ACTIONS = {
    "home.open": open_,
    "home.set": set_,
    **family("home", on, off, close, lock, unlock, media, query, converse),
}
