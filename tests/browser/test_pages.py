"""Every page, as each role sees it: whole, accessible, within its width, and silent."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.barriers import TALL, barriers, overflow, shorten
from tests.browser.conftest import Visit

PAGES = {
    "lanhdao": [
        "/tong-quan/2023/",
        "/tong-quan/2023/?so=nam-truoc",
        "/tong-quan/2021/",
        "/tong-quan/2024/",
        "/tong-quan/2025/",
        "/tong-quan/2026/",
        "/tong-quan/2023/so-lieu/?so=luy-ke&muc=ntm",
        "/tong-quan/2023/phep-tinh/?so=vuot&muc=advanced",
        "/dia-ban/?nam=2023",
        "/dia-ban/?nam=2023&ten=khong-co",
        "/dia-ban/xa/05602/2023/",
        "/dia-ban/huyen/167/2023/",
        "/tieu-chi/2023/",
        "/tieu-chi/2023/?tieu_chi=17&kq=chua-dat",
        "/tieu-chi/2021/",
        "/tieu-chi/2023/ntm/15.1/",
        "/tieu-chi/2022/ntm/15.2/",
        "/tieu-chi/2023/so-lieu/?bo=ntm&chi_tieu=15.1&kq=chua-dat",
        "/dia-ban/xa/05758/2023/",
        "/dia-ban/xa/05758/2023/ket-qua/?bo=ntm&loai=chi-tieu",
        "/quyet-dinh/",
        "/quyet-dinh/1/",
        "/cong-nhan/",
        "/ke-hoach/2023/",
        "/ke-hoach/2023/chi-tieu/",
        "/ke-hoach/2023/dang-ky/?muc=ntm",
        "/nguon-von/2023/",
        "/nguon-von/2023/phan-bo/",
        "/bieu-mau/",
        "/bieu-mau/2023/chi-tieu-xa/?xa=05758",
        "/bieu-mau/2023/tieu-chi-theo-nhom/",
        "/bieu-mau/2023/xa-theo-so-tieu-chi/?ngay=30/06/2023",
        "/bieu-mau/2023/nguon-luc/",
        "/bieu-mau/2023/theo-noi-dung-thanh-phan/",
        "/bieu-mau/da-xuat/",
        "/tieu-chi/bo/",
        "/tieu-chi/bo/1/?nam=2023",
        "/tieu-chi/chi-tieu/11/",
        "/tong-quan/2023/luc-do/",
        "/dia-ban/xa/05602/2023/luc-do/",
        "/nhat-ky/doi-tuong/communes.decision/1/",
        "/khong-co-trang-nay/",
    ],
    "duyet": [
        "/quyet-dinh/cong-nhan/",
        "/quyet-dinh/thu-hoi/",
        "/quyet-dinh/xac-nhan/",
        "/quyet-dinh/du-so-lieu/",
        "/quyet-dinh/du-so-lieu/?nam=2024",
        "/quyet-dinh/du-so-lieu/1/rut/",
        "/nhap-tep/cong-nhan/",
        "/nhap-tep/cong-nhan/?muc=1&ngay=31/12/2023",
    ],
    "chuyenvien": [
        "/viec-cua-toi/",
        "/ky-nhap-lieu/3/",
        "/phieu/226/",
        "/dieu-kien/05827/2023/?muc=ntm",
        "/van-ban/1/",
        "/nhap-lieu/chi-tieu/1/15.1/2023/",
        "/nhap-lieu/05602/2023/15.1/?bo=ntm",
        "/ky-nhap-lieu/mo/",
        "/ky-nhap-lieu/2/han/",
        "/phieu/150/mo-lai/",
        "/xet-cong-nhan/05827/2023/?muc=advanced",
        "/nhap-tep/",
        "/nhap-tep/ket-qua-ky/",
        "/nhap-tep/ket-qua-ky/?ky=3",
        "/nhap-tep/ket-qua-chi-tieu/?ky=3&chi_tieu=2.1",
        "/nhap-tep/ket-qua-xa/?phieu=255",
        "/nhap-tep/thuoc-tinh/?ngay=31/12/2023",
        "/nhap-tep/don-vi/",
        "/nhap-tep/don-vi/?ngay=31/12/2023&tu=truoc",
        "/nhap-tep/nguon-von/?nam=2024",
        "/nhap-tep/dang-ky-ke-hoach/?nam=2026",
        "/nhap-tep/chi-tieu-ke-hoach/",
        "/bieu-mau/2023/theo-loai-cong-trinh/",
        "/canh-bao-thu-hoi/2023/",
        "/ke-hoach/2025/lap/",
        "/nguon-von/2024/",
        "/tieu-chi/bo/1/phan-cong/",
        "/tieu-chi/chi-tieu/11/nguong/",
        "/quan-tri/",
    ],
    "so_nn": ["/viec-cua-toi/", "/tham-dinh/", "/viec-cua-toi/tham-dinh/", "/ky-nhap-lieu/"],
    "quantri": [
        "/nhat-ky/",
        "/quan-tri/",
        "/quan-tri/accounts/user/",
        "/quan-tri/communes/assignment/",
        "/quan-tri/communes/assignment/1/thoi-han/",
        "/quan-tri/communes/assignment/1/chuyen/",
        "/quan-tri/communes/assignment/2/ban-giao/",
        "/tai-khoan/doi-mat-khau/",
        "/tai-khoan/phien/",
        "/tai-khoan/xac-thuc-hai-lop/",
        "/tai-khoan/xac-nhan-mat-khau/",
        "/nhat-ky/1/",
        "/nhat-ky/nguoi/1/",
        "/nhat-ky/2/khoi-phuc/",
        "/viec-nen/",
        "/viec-nen/tep-danh-sach/?danh-sach=/nhat-ky/danh-sach.xlsx",
        "/quan-tri/jobs/job/",
    ],
    "xa_a": ["/"],
}
WIDTHS = (1920, 1366, 768, 390, 320)
#: Where it is searched for barriers; between 1280 and 1920 no style asks for the width.
SEARCHED = (390, 1366)
EVERY = [(role, path) for role, paths in PAGES.items() for path in paths]


#: In the dark only what differs is colour: one page of each kind.
DARK = (
    "/tong-quan/2023/", "/tong-quan/2025/", "/dia-ban/?nam=2023", "/dia-ban/xa/05602/2023/", "/quyet-dinh/1/",
    "/quyet-dinh/cong-nhan/", "/ke-hoach/2023/", "/quan-tri/", "/tieu-chi/bo/1/?nam=2023", "/tieu-chi/2023/",
    "/tieu-chi/2023/ntm/15.1/", "/dia-ban/xa/05758/2023/", "/viec-cua-toi/",
)  # fmt: skip
#: What stands out at the side does so at any height; what is not seen need not be drawn.
LOW = 300


@pytest.mark.parametrize(("role", "path"), EVERY)
def test_a_page_is_whole_without_barriers_and_silent(look: Visit, role: str, path: str):
    """Loaded once; its styles alone fit it to each width, and to the dark. One of each kind is searched for barriers
    at both widths, the others at one in turn: the parts of a page are the same on all."""
    visitor = look(role)
    page = visitor.open(path, width=WIDTHS[0], height=LOW)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": LOW})
        assert overflow(page) <= 0, f"{path} overflows at {width}"
    assert page.locator("h1").count() == 1
    shorten(page)
    for width in SEARCHED if path in DARK else (SEARCHED[EVERY.index((role, path)) % 2],):
        page.set_viewport_size({"width": width, "height": TALL})
        assert barriers(page) == [], f"{path} at {width}"
    if path in DARK:
        assert dark_barriers(page) == [], f"{path} in the dark"
    quiet = [text for text in visitor.trouble.console if "404" not in text]
    assert not (quiet or visitor.trouble.foreign or visitor.trouble.broken), visitor.trouble


def dark_barriers(page: Page) -> list[tuple[int, str, list[str]]]:
    """Colours are all that is different; and there the phone has bars of its own."""
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.getAnimations().forEach(fading => fading.finish())")
    found = []
    for width in SEARCHED:
        page.set_viewport_size({"width": width, "height": TALL})
        found += [(width, *barrier) for barrier in barriers(page, "color-contrast")]
    page.emulate_media(color_scheme="light")
    return found


def test_the_sign_in_page_has_no_barrier(site: str, chromium: Browser):
    page = chromium.new_page()
    page.goto(f"{site}/tai-khoan/dang-nhap/")
    assert barriers(page) == []
    page.close()
