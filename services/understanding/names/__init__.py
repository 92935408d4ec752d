"""Who or what a spoken name means: exact, alias and nickname, sounds alike, close, role, group; never a guess."""
