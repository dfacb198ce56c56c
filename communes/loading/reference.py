"""Everything of the reference files, in one transaction."""

from communes.loading.attributes import load_attributes
from communes.loading.catalogues import load_documents, load_levels
from communes.loading.criteria import load_criteria
from communes.loading.units import load_units
from ntm.audit import log as audit


@audit.verb
def load_reference() -> None:
    """Add what is missing, change nothing that is there. `Refused` where the tables contradict the files."""
    documents = load_documents(by=audit.SYSTEM)
    load_units(documents, by=audit.SYSTEM)
    load_attributes(documents, by=audit.SYSTEM)
    load_levels(documents, by=audit.SYSTEM)
    load_criteria(documents, by=audit.SYSTEM)
