"""What keeps people out of a page, as axe finds it, and how far a page can be pushed sideways."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: Tall, so that the bar at the foot of a phone's page covers nothing that is measured.
TALL = 6000
_AXE = Axe().axe_script

#: Leaves out, until `put_back`, whatever is built only of what one before it in the same place is built of.
_ONE_OF_EACH = """() => {
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

#: Half of axe's work is to find what each text stands on. Where a text of this size and colour on these grounds, with
#: nothing but them under it or over it, was readable before, on whatever page, it is so here.
_READ_ONCE = """readable => {
  const check = axe._audit.checks["color-contrast"], whole = check.evaluate;
  window.readable = new Set(readable);
  window.newlyReadable = [];
  const clear = "rgba(0, 0, 0, 0) none 1 normal none";
  const ground = (of, kept) => {
    if (!kept.has(of)) {
      const { backgroundColor, backgroundImage, opacity, mixBlendMode, filter } = getComputedStyle(of);
      const said = [backgroundColor, backgroundImage, opacity, mixBlendMode, filter].join(" ");
      kept.set(of, said === clear ? "" : said);
    }
    return kept.get(of);
  };
  window.looks = (node, kept) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    const there = document.elementsFromPoint(x + width / 2, y + height / 2);
    if (!there.includes(node) || there.some(one => !one.contains(node) && !node.contains(one))) return "";
    const { color, fontSize, fontWeight, textShadow, webkitTextStroke } = getComputedStyle(node);
    const said = [color, fontSize, fontWeight, textShadow, webkitTextStroke];
    for (let one = node; one; one = one.parentElement) {
      const own = ground(one, kept);
      if (own) said.push(own + there.includes(one));
    }
    return said.join("|");
  };
  check.evaluate = function (node, ...more) {
    const look = looks(node, window.grounds);
    if (look && window.readable.has(look)) return true;
    const found = whole.call(this, node, ...more);
    if (look && found === true) {
      window.readable.add(look);
      window.newlyReadable.push(look);
    }
    return found;
  };
}"""

#: Of the rest of what axe answers, much longer, nothing is asked.
_RUN = """options => {
  window.grounds = new Map();
  window.newlyReadable = [];
  return axe.run(document, options).then(({violations}) => [
    violations.map(({id, nodes}) => [id, nodes.slice(0, 3).map(node => node.html)]), window.newlyReadable]);
}"""
#: What was found readable in this run.
_READABLE: set[str] = set()


def overflow(page: Page) -> int:
    """How far the page can be pushed sideways, in pixels."""
    found: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found


def shorten(page: Page) -> None:
    """Cut long lists: a row of the same parts as the one above says nothing new, and axe compares each with all."""
    page.evaluate(_ONE_OF_EACH)


def put_back(page: Page) -> None:
    """Make a shortened page whole again."""
    page.evaluate("putBack()")


def barriers(page: Page, *rules: str) -> list[tuple[str, list[str]]]:
    """What axe finds in the whole page, by all of its rules or by these. It does not fetch the styles again for its one
    rule about the way a phone is held (`test_no_style_asks_how_a_phone_is_held`)."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
        page.evaluate(_READ_ONCE, sorted(_READABLE))
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    # Which part it is, its own markup says; a selector for each part that axe looks at costs as much as ten rules.
    options = {"resultTypes": ["violations"], "preload": False, "selectors": False, **only}
    found: list[tuple[str, list[str]]]
    found, readable = page.evaluate(_RUN, options)
    _READABLE.update(readable)
    return found


def barriers_in_short(page: Page) -> list[tuple[str, list[str]]]:
    """The same of a page whose long lists are cut; it is whole again after that."""
    shorten(page)
    found = barriers(page)
    put_back(page)
    return found
