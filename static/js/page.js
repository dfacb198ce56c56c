// Small comforts. Every page works without them.

const all = (selector) => document.querySelectorAll(selector);

// Menus close on a click elsewhere and on Escape, and give the focus back.
const menus = () => all("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (!event.defaultPrevented) document.querySelector("a.exit")?.click();
});

// The summary of errors, or of a conflict, is the first thing read after a failed save.
document.querySelector("[data-focus]")?.focus();

for (const button of all("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of all("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(location.href);
    (button.querySelector("span") ?? button).textContent = "Đã chép liên kết";
  });
}

// A second click while a form is on its way does nothing; the server would refuse it anyway.
for (const form of all("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of all("form[data-once]")) delete form.dataset.sent;
});

// One stop of the Tab key for each block of tiles, arrows inside it.
const steps = { ArrowRight: 1, ArrowLeft: -1 };
for (const block of all(".tiles")) {
  const tiles = [...block.querySelectorAll("a.t")];
  const select = (chosen) => tiles.forEach((tile) => { tile.tabIndex = tile === chosen ? 0 : -1; });
  select(tiles[0]);
  block.addEventListener("keydown", (event) => {
    const at = tiles.indexOf(document.activeElement);
    if (at < 0) return;
    const row = tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length;
    const move = { ...steps, ArrowDown: row, ArrowUp: -row, Home: -at, End: tiles.length - 1 - at }[event.key];
    const next = tiles[at + move];
    if (!next) return;
    event.preventDefault();
    select(next);
    next.focus();
  });
}
