// One indicator over all units: a column that is typed downwards. Without this it is a plain form.

const form = document.querySelector("[data-sideways]");
const boxes = form ? [...form.querySelectorAll("[data-box]")] : [];
const said = form?.querySelector("[data-said]");
const first = new Map(boxes.map((box) => [box, box.value]));
const isChanged = (box) => box.value !== first.get(box);
const mark = (box) => box.classList.toggle("changed", isChanged(box));

function go(from, by) {
  const next = boxes[boxes.indexOf(from) + by];
  next?.focus();
  next?.select?.();
}

for (const box of boxes) {
  box.addEventListener("input", () => mark(box));
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      form.requestSubmit();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(box, event.shiftKey ? -1 : 1);
    } else if (box.tagName === "INPUT" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      go(box, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      box.value = first.get(box);
      mark(box);
    }
  });
  box.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/);
    const cells = lines.map((line) => line.split("\t").map((text) => text.trim()));
    if (lines.length < 2 && cells[0].length < 2) return;
    event.preventDefault();
    put(cells.every((row) => row.length > 1) ? byUnit(cells) : downwards(cells, boxes.indexOf(box)));
  });
}

// Two columns or more: the unit's code or name first, its value last. Else one line for each box from here down.
function byUnit(cells) {
  const plain = (text) => text.normalize("NFC").toLowerCase().replace(/^(xã|phường|thị trấn)\s+/, "");
  const named = (word) => boxes.filter((box) => box.dataset.box === word || plain(box.dataset.name) === plain(word));
  const pairs = cells.filter((row) => row.some(Boolean)).map((row) => {
    const found = named(row[0]);
    return [found.length === 1 ? found[0] : null, row.at(-1), row[0] || "(trống)"];
  });
  // Of two rows for one unit neither is taken: nobody said which.
  const count = (box) => pairs.filter(([one]) => one === box).length;
  return pairs.map(([box, text, word]) => (box && count(box) > 1 ? [null, text, `${word} (trùng)`] : [box, text, word]));
}
function downwards(cells, from) {
  return cells.map(([text], step) => [boxes[from + step] ?? null, text, text]).filter(([box, text]) => box || text);
}
/** Whether the box takes the text: one that chooses takes only what it offers. */
function fill(box, text) {
  const before = box.value;
  const options = [...(box.options ?? [])].map((one) => one.value);
  box.value = options.find((value) => value.toLowerCase() === text.normalize("NFC").toLowerCase()) ?? text;
  const taken = !options.length || box.selectedIndex >= 0;
  if (!taken) box.value = before;
  mark(box);
  return taken;
}
function put(pairs) {
  const placed = pairs.filter(([box]) => box);
  const some = (rows, at) => rows.slice(0, 5).map((row) => row[at]).join(", ") + (rows.length > 5 ? "…" : "");
  const lost = pairs.filter(([box]) => !box);
  const odd = placed.filter(([box, text]) => !fill(box, text));
  said.textContent = [
    `Đã dán ${placed.length - odd.length} ô, chưa lưu.`,
    lost.length && `${lost.length} dòng không xếp được vào xã nào: ${some(lost, 2)}.`,
    odd.length && `${odd.length} giá trị không có trong danh sách chọn: ${some(odd, 1)}.`,
  ].filter(Boolean).join(" ");
}

let sent = false;
form?.addEventListener("submit", () => { sent = true; });
window.addEventListener("pageshow", () => { sent = false; });
window.addEventListener("beforeunload", (event) => {
  if (!sent && boxes.some(isChanged)) event.preventDefault();
});
boxes.find((box) => box.getAttribute("aria-invalid"))?.focus();
