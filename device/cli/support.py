"""stub"""


def support() -> None: ...
