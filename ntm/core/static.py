"""Static files under names that hold their content's hash; scripts name the scripts they import by those too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """As whitenoise does it, with `import … from "./other.js";` rewritten like `url(…)` in style sheets."""

    support_js_module_import_aggregation = True
