"""What can be done: a module or folder for each family of actions, listed in registry.py.

For whoever adds or changes a family (docs/extending.md): base.py and call.py are what an action is given and gives
back, with the questions it may ask (required, Call.confirm); selection.py, matching.py, times.py and wording.py are
what families have in common; execution/ carries commands out and seldom changes. Other services and the device see
base.py.
"""
