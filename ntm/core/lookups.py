"""`pk__among`: what `pk__in` asks, for thousands of values: they travel as one, not as a placeholder each."""

import json
from typing import Any

from django.db.models import Field, Lookup


@Field.register_lookup
class Among(Lookup[Any]):
    """Of whole numbers or of texts; an iterable on the right."""

    lookup_name = "among"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        of, given = self.process_lhs(compiler, connection)
        if connection.vendor == "sqlite":
            values = "(SELECT value FROM json_each(%s))"
            return f"{of} IN {values}", [*given, json.dumps(self.rhs)]
        cast = self.lhs.output_field.db_type(connection)
        kind = "text" if cast is None or cast.startswith(("varchar", "text")) else "bigint"
        return f"{of} = ANY(%s::{kind}[])", [*given, self.rhs]
