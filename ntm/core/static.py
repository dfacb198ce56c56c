"""Static files under names that hold their content's hash; scripts name the scripts they import by those too."""

from collections.abc import Iterable, Iterator

from whitenoise.storage import CompressedManifestStaticFilesStorage

#: What a page that says what went wrong names without the list of hashes (templates/layouts/problem.html).
NAMED_PLAINLY = frozenset(
    {"css/tokens.css", "css/base.css", "css/components.css", "css/print.css", "img/logo.svg"}
)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """As whitenoise does it, with `import … from "./other.js";` rewritten like `url(…)` in style sheets."""

    support_js_module_import_aggregation = True

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Only under the names that pages use: packing takes most of a start's time, and nobody asks for the others."""
        asked_for = NAMED_PLAINLY.union(self.hashed_files.values())
        yield from super().compress_files(set(paths) & asked_for)
