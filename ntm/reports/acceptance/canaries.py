"""Words that say whose a text is: found where they do not belong, they name the leak."""

from collections import defaultdict
from hashlib import blake2b

from django.core.files.base import ContentFile

from ntm.core.uploads import Scan, read_scan


class Canaries:
    """Hands out `CNRY-<unit>-<hex>`, each word once, the same ones for the same seed. `given`: by unit, in order."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.given: dict[str, list[str]] = defaultdict(list)

    def word(self, unit: str) -> str:
        number = len(self.given[unit])
        digest = blake2b(f"{self._seed}/{unit}/{number}".encode(), digest_size=4).hexdigest()
        self.given[unit].append(f"CNRY-{unit}-{digest}")
        return self.given[unit][-1]

    def text(self, words: str, unit: str) -> str:
        """Readable words with a canary behind them."""
        return f"{words} {self.word(unit)}"

    def scan(self, words: str, unit: str) -> Scan:
        """A small PDF whose name and content hold a canary each."""
        content = _PDF % self.word(unit).encode()
        return read_scan(ContentFile(content, name=f"{words} {self.word(unit)}.pdf"))

    def password(self, username: str) -> str:
        """Strong, and the same for the same seed."""
        return f"Thu-{blake2b(f'{self._seed}/password/{username}'.encode(), digest_size=9).hexdigest()}"


_PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
    b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n"
    b"4 0 obj<</Length 64>>stream\nBT /F1 14 Tf 20 100 Td (%s) Tj ET\nendstream endobj\n"
    b"trailer<</Root 1 0 R>>\n%%%%EOF\n"
)
