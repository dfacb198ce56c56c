"""Which communes stand for the published counts, by a fixed rule. Pure.

The province's report of 2023 gives counts, not names. The rule: go round the districts in order of their codes and
take from each its next commune by code. The first of that round are the model ones, then the advanced ones; the
communes that were not NTM yet are the last of the round in the districts that were not recognised themselves; the
ten of 2023 are the last before them in the districts that were not recognised by 2022.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

#: Published counts at 31/12/2022 and for 2023 (see the project's `the-case` source column).
NTM_BEFORE, NTM_NEW = 108, 10
ADVANCED_BEFORE, ADVANCED_NEW = 17, 16
MODEL_BEFORE, MODEL_NEW = 4, 6
ESPECIALLY_DIFFICULT = 5


@dataclass(frozen=True)
class Chosen:
    """Codes of communes by what they stand for."""

    ntm_before: tuple[str, ...]
    ntm_new: tuple[str, ...]
    advanced_before: tuple[str, ...]
    advanced_new: tuple[str, ...]
    model_before: tuple[str, ...]
    model_new: tuple[str, ...]
    especially_difficult: tuple[str, ...]


def round_of(communes: Mapping[str, Sequence[str]], districts: Iterable[str]) -> list[str]:
    """One commune of each district in turn, districts and communes by code."""
    columns = [sorted(communes[district]) for district in sorted(districts)]
    return [code for code in chain.from_iterable(zip_longest(*columns)) if code is not None]


def choose(
    communes: Mapping[str, Sequence[str]], recognised_before: frozenset[str], recognised_new: frozenset[str]
) -> Chosen:
    """`communes`: commune codes by district code, all districts. Raises `ValueError` if the counts do not fit."""
    whole = round_of(communes, communes)
    open_districts = [d for d in communes if d not in recognised_before | recognised_new]
    missing_count = len(whole) - NTM_BEFORE - NTM_NEW
    missing = round_of(communes, open_districts)[-missing_count:]
    candidates = round_of(communes, [d for d in communes if d not in recognised_before])
    new = [code for code in candidates if code not in missing][-NTM_NEW:]
    before = [code for code in whole if code not in missing and code not in new]
    advanced = before[: ADVANCED_BEFORE + ADVANCED_NEW]
    model = advanced[: MODEL_BEFORE + MODEL_NEW]
    if len(before) != NTM_BEFORE or len(advanced) != ADVANCED_BEFORE + ADVANCED_NEW:
        raise ValueError("The published counts do not fit these districts.")
    return Chosen(
        ntm_before=tuple(before),
        ntm_new=tuple(new),
        advanced_before=tuple(advanced[:ADVANCED_BEFORE]),
        advanced_new=tuple(advanced[ADVANCED_BEFORE:]),
        model_before=tuple(model[:MODEL_BEFORE]),
        model_new=tuple(model[MODEL_BEFORE:]),
        especially_difficult=tuple(sorted(new)[:ESPECIALLY_DIFFICULT]),
    )
