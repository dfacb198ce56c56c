"""What sheets and the files of lists call a row of allocations."""


def key_of(stage: str, source: str, purpose: str = "") -> str:
    """By the codes of all that tells it apart in its year: "plan.central-investment.work-transport". Codes have no
    points."""
    return ".".join([stage, source, *([purpose] if purpose else [])])
