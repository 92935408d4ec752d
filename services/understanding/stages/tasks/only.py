"""Words that only a task has: "scrap the flowers", where nothing else is called so."""

from __future__ import annotations

from services.understanding.stages.base import Understanding
from services.understanding.stages.tasks.titles import counting, fitting, has_word


def is_of_a_task(said: Understanding, words: str) -> bool:
    """Whether one open task has these words in its title, and neither another thing nor what stands on a list has."""
    titles = said.directory.titles()
    things = {item.casefold() for known in said.directory.lists() for item, _ in known.items}
    wanted = counting(words)
    others = ("meeting", "reminder", "project")
    return (
        len(fitting(titles, words)) == 1
        and not any(fitting(titles, words, kind) for kind in others)
        and not any(has_word(counting(thing), word) for thing in things for word in wanted)
    )
