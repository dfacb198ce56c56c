"""Another province from files like ours: loaded through the verbs beside it, whole or not at all."""

from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from communes.models import Attribute, Reorganisation, Unit
from ntm.audit.models import LogEntry

NEW_MAP = date(2025, 7, 1)
FILES = {
    "units-2023": """code,kind,name,parent_code,source
        90,tỉnh,Mẫu,,danh mục
        900,huyện,Mẫu Sơn,90,danh mục
        90001,xã,Mẫu Đông,900,danh mục
        90002,xã,Mẫu Tây,900,danh mục""",
    "documents": """number,issued_on,authority,title,trust,source
        9999/NQ-UBTVQH15,2025-06-16,Ủy ban Thường vụ Quốc hội,Sắp xếp các đơn vị hành chính cấp xã,recalled,danh mục""",
    "reorganisations": """effective,resolution,title,formed_anew,trust,source
        2025-07-01,9999/NQ-UBTVQH15,Sắp xếp các xã,1,recalled,danh mục
        2025-07-01,202/2025/QH15,Không còn cấp huyện,,recalled,danh mục""",
    "lineage": """effective,resolution,old_code,old_kind,old_name,old_parent_code,new_code,new_kind,new_name,"""
    """new_parent_code,share,note,trust,source
        2025-07-01,9999/NQ-UBTVQH15,90001,xã,Mẫu Đông,900,90001,xã,Mẫu Mới,90,whole,,recalled,danh mục
        2025-07-01,9999/NQ-UBTVQH15,90002,xã,Mẫu Tây,900,90001,xã,Mẫu Mới,90,whole,,recalled,danh mục
        2025-07-01,202/2025/QH15,900,huyện,Mẫu Sơn,90,90,tỉnh,Mẫu,,whole,,recalled,danh mục
        2025-07-01,202/2025/QH15,90,tỉnh,Mẫu,,90,tỉnh,Mẫu,,whole,,recalled,danh mục""",
    "attributes": """code,code_as_of,name,attribute,value,valid_from,document,trust,source
        90001,2025-07-01,Mẫu Mới,area_km2,12.5,2025-07-01,,recalled,danh mục""",
}


@pytest.fixture(scope="module", autouse=True)
def reference(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Ours, loaded once for this file; taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", stdout=StringIO())
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        lines = "\n".join(line.strip() for line in text.splitlines())
        # As Excel saves it.
        (tmp_path / f"{name}.csv").write_text(lines + "\n", encoding="utf-8-sig")
    return tmp_path


def load(folder: Path) -> str:
    out = StringIO()
    call_command("load_reference", folder=folder, stdout=out)
    return out.getvalue()


def names(day: date) -> list[str]:
    return sorted(unit.full_name for unit in Unit.objects.on(day) if unit.code.startswith("90"))


def test_a_province_comes_in_with_its_past_and_once(folder: Path) -> None:
    """Its districts end by the resolution that ended ours, on the same day."""
    before = Reorganisation.objects.count()
    assert "đơn vị hành chính: 422 (thêm 6)" in load(folder)
    assert names(date(2023, 12, 31)) == ["Huyện Mẫu Sơn", "Tỉnh Mẫu", "Xã Mẫu Tây", "Xã Mẫu Đông"]
    assert names(NEW_MAP) == ["Tỉnh Mẫu", "Xã Mẫu Mới"]
    assert Reorganisation.objects.count() == before + 1
    assert Attribute.objects.get(unit__code="90001").unit.name == "Mẫu Mới"
    entries = LogEntry.objects.count()
    assert load(folder).count("(thêm 0)") == 9
    assert LogEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("units-2023", "code,kind", "mã,kind", "units-2023.csv thiếu cột code"),
        ("units-2023", ",", ";", "các cột cách nhau bằng dấu phẩy"),
        ("units-2023", "90,tỉnh,Mẫu,,danh mục\n", "", "không có dòng nào loại tỉnh"),
        ("units-2023", "90001,xã", "9001,xã", "units-2023.csv, dòng 4, cột code: '9001' không hợp lệ"),
        ("units-2023", "900,huyện", "900,quận", "dòng 3, cột kind: 'quận' không hợp lệ"),
        ("units-2023", "Mẫu Đông,900,", "Mẫu Đông,900,,", "dòng 4: số ô khác số cột"),
        ("units-2023", "90002", "90001", "units-2023.csv, dòng 5, cột code: mã 90001 đã có ở dòng 4"),
        ("units-2023", "Mẫu Đông,900", "Mẫu Đông,901", "không có đơn vị cấp trên mã 901"),
        ("lineage", "2025-07-01,202", "1/7/2025,202", "dòng 4, cột effective: '1/7/2025' không hợp lệ"),
        ("lineage", "2025-07-01,202", "2025-07-02,202", "thiếu 202/2025/QH15 ngày 2025-07-02"),
        ("documents", "9999/", "9998/", "không có văn bản số 9999/NQ-UBTVQH15 trong documents.csv"),
        ("attributes", "area_km2", "dien_tich", "cột attribute: 'dien_tich' không hợp lệ"),
    ],
)
def test_files_that_cannot_be_right_load_nothing(
    folder: Path, name: str, old: str, new: str, sentence: str
) -> None:
    path, before = folder / f"{name}.csv", LogEntry.objects.count()
    path.write_text(path.read_text(encoding="utf-8-sig").replace(old, new), encoding="utf-8")
    with pytest.raises(CommandError, match=f"^Chưa nạp gì từ thư mục .*: .*{sentence}"):
        load(folder)
    assert (names(NEW_MAP), LogEntry.objects.count()) == ([], before)


def test_a_folder_is_read_whole_or_refused(folder: Path) -> None:
    (folder / "units-2024.csv").write_text("code\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"tệp units-2024\.csv không được dùng"):
        load(folder)
    (folder / "units-2024.csv").unlink()
    (folder / "lineage.csv").write_text("Mẫu", encoding="utf-16")
    with pytest.raises(CommandError, match=r"tệp lineage\.csv không phải văn bản UTF-8"):
        load(folder)
    (folder / "lineage.csv").write_text('code\n"' + "x" * 200_000, encoding="utf-8")
    with pytest.raises(CommandError, match=r"tệp lineage\.csv không đọc được: một ô mở dấu nháy kép"):
        load(folder)
    with pytest.raises(CommandError, match=r"không có tệp units-2023\.csv"):
        load(folder / "none")
