"""Every page, as each role sees it: whole, accessible, within its width, and silent."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visit, Visitor

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
WIDTHS = (320, 390, 768, 1366, 1920)
EVERY = [(role, path) for role, paths in PAGES.items() for path in paths]


def overflow(visitor: Visitor) -> int:
    """How far the page can be pushed sideways, in pixels."""
    found: int = visitor.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


#: In the dark only what differs is colour: one page of each kind.
DARK = (
    "/tong-quan/2023/", "/tong-quan/2025/", "/dia-ban/?nam=2023", "/dia-ban/xa/05602/2023/", "/quyet-dinh/1/",
    "/quyet-dinh/cong-nhan/", "/ke-hoach/2023/", "/quan-tri/", "/tieu-chi/bo/1/?nam=2023", "/tieu-chi/2023/",
    "/tieu-chi/2023/ntm/15.1/", "/dia-ban/xa/05758/2023/", "/viec-cua-toi/",
)  # fmt: skip
#: Tall, so that the bar at the foot of a phone's page covers nothing that is measured.
TALL = 6000
#: What stands out at the side does so at any height; what is not seen need not be drawn.
LOW = 300


#: Leaves out, until `putBack`, whatever is built only of what one before it in the same place is built of.
ONE_OF_EACH = """() => {
  const left = [];
  const known = new Map(), kind = node => `${node.parentNode.nodeName}>${node.nodeName}.${node.getAttribute("class")}`;
  for (const node of document.body.querySelectorAll("tr, li, option, article, section, details, dl > div, svg *")) {
    const kinds = [node, ...node.querySelectorAll("*")].map(kind), before = known.get(node.parentNode) ?? new Set();
    if (kinds.every(each => before.has(each))) {
      left.unshift([node, node.parentNode, node.nextSibling]);
      node.remove();
    }
    else known.set(node.parentNode, new Set([...before, ...kinds]));
  }
  window.putBack = () => left.forEach(([node, parent, next]) => parent.insertBefore(node, next));
}"""


#: Of the rest of what axe answers, much longer, nothing is asked.
BARRIERS = """options => axe.run(document, options).then(
  ({violations}) => violations.map(({id, nodes}) => [id, nodes.slice(0, 3).map(node => node.html)]))"""


def barriers(visitor: Visitor, *rules: str) -> list[tuple[str, list[str]]]:
    """What axe finds, by all of its rules or by these. Long lists are cut first: a row of the same parts as the one
    above says nothing new, and axe compares each with all. Nor does it fetch the styles again for its one rule about
    the way a phone is held (`test_no_style_asks_how_a_phone_is_held`)."""
    visitor.page.evaluate(ONE_OF_EACH)
    if not visitor.page.evaluate("'axe' in window"):
        visitor.page.evaluate(Axe().axe_script)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    # Which part it is, its own markup says; a selector for each part that axe looks at costs as much as ten rules.
    options = {"resultTypes": ["violations"], "preload": False, "selectors": False, **only}
    found: list[tuple[str, list[str]]] = visitor.page.evaluate(BARRIERS, options)
    visitor.page.evaluate("putBack()")
    return found


@pytest.mark.parametrize(("role", "path"), EVERY)
def test_a_page_is_whole_without_barriers_and_silent(look: Visit, role: str, path: str):
    """Loaded once; its styles alone fit it to each width, and to the dark. One of each kind is searched for barriers
    at both widths, the others at one in turn: the parts of a page are the same on all."""
    visitor = look(role)
    visitor.open(path, width=1440, height=LOW)
    searched = (390, 1440) if path in DARK else ((390, 1440)[EVERY.index((role, path)) % 2],)
    for width in sorted({*WIDTHS, *searched}):
        visitor.page.set_viewport_size({"width": width, "height": LOW})
        assert overflow(visitor) <= 0, f"{path} overflows at {width}"
    for width in searched:
        visitor.page.set_viewport_size({"width": width, "height": TALL})
        assert barriers(visitor) == [], f"{path} at {width}"
    if path in DARK:
        assert dark_barriers(visitor) == [], f"{path} in the dark"
    assert visitor.page.locator("h1").count() == 1
    quiet = [text for text in visitor.trouble.console if "404" not in text]
    assert not (quiet or visitor.trouble.foreign or visitor.trouble.broken), visitor.trouble


def dark_barriers(visitor: Visitor) -> list[tuple[int, str, list[str]]]:
    """Colours are all that is different; and there the phone has bars of its own."""
    visitor.page.emulate_media(color_scheme="dark")
    visitor.page.evaluate("document.getAnimations().forEach(fading => fading.finish())")
    found = []
    for width in (390, 1440):
        visitor.page.set_viewport_size({"width": width, "height": TALL})
        found += [(width, *barrier) for barrier in barriers(visitor, "color-contrast")]
    visitor.page.emulate_media(color_scheme="light")
    return found


def test_the_sign_in_page_has_no_barrier(site: str, chromium):
    page = chromium.new_page()
    page.goto(f"{site}/tai-khoan/dang-nhap/")
    assert Axe().run(page).response["violations"] == []
    page.close()
