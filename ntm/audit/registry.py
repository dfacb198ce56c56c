"""The actions that may be recorded, each with the Vietnamese sentence that the record shows."""

ACTIONS: dict[str, str] = {}
#: Recorded about a row (an account), but no page's figures depend on them: comings and goings.
EVENTS: set[str] = set()


def register(actions: dict[str, str], *, changes_facts: bool = True) -> None:
    """Add an app's actions. A code used twice is a mistake in the code, so it raises `ValueError`.

    Not `changes_facts`: what is cached stays right when one of them is recorded.
    """
    if not changes_facts:
        EVENTS.update(actions)
    for code, sentence in actions.items():
        if ACTIONS.setdefault(code, sentence) != sentence:
            raise ValueError(f"Audit action {code!r} is registered twice.")


def sentence(code: str) -> str:
    """The words for an action; the code itself for one that an older release recorded."""
    return ACTIONS.get(code, code)
