"""The demonstration as `load_demo` makes it, without what takes long."""

from communes.loading.reference import load_reference
from communes.models import Place
from funding.loading import load_allocations, load_amounts, load_purposes, load_sources
from ntm.core.provenance import Trust
from ntm.reports.demonstration import recognitions
from targets.loading import Named, home_province, load_plans


def load_demonstration() -> Place:
    """What `load_demo` loads, but for the accounts: hashing their passwords takes longer than all the rest."""
    load_reference()
    load_sources()
    load_purposes()
    province = home_province()
    chosen = recognitions.chosen_communes(province)
    recognitions.load_difficulties(province, chosen)
    units = recognitions.registered_units(province, chosen)
    load_plans({recognitions.YEAR: [Named("ntm", units, Trust.ILLUSTRATIVE, recognitions.RULE)]})
    load_amounts()
    load_allocations()
    recognitions.load_recognitions(province, chosen)
    return province
