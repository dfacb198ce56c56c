"""A QR code as the outline of its dark squares, for an SVG that the page draws itself."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

_MARGIN = 4


def qr_path(text: str) -> dict[str, object]:
    """`d` of the path, and `size` of the square that it stands in, with the margin that cameras need."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=_MARGIN)
    code.add_data(text)
    matrix = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return {"d": "".join(squares), "size": len(matrix)}
