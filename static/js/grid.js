// The entry grid. Without this script the page is a plain form; with it, every cell is judged and saved as it is typed.

import { Keys } from "./grid/keys.js";
import { Panel } from "./grid/panel.js";
import { plan } from "./grid/paste.js";
import { Queue } from "./grid/queue.js";
import { Sender, token } from "./grid/sender.js";
import { Sheet } from "./grid/sheet.js";
import { dialog, guardSignOut, signIn } from "./grid/signin.js";
import { View, lower } from "./grid/view.js";

const form = document.getElementById("grid");
const { user, login, place, year, set, term, loginUrl, logoutUrl } = form.dataset;
const page = { return: Number(form.dataset.return), user: Number(user), place: Number(place), year: Number(year), set: Number(set), term };
const queue = new Queue(page);
const sheet = new Sheet(form, queue, (cells) => {
  view.paint(cells);
  panel.draw(false);
  sender.soon();
});

let entering = null;

const act = {
  commit(cell) {
    cell.typing = false;
    sheet.commit(cell);
    // After the value is in the queue: a closing browser may do only the first of the two.
    queue.draft(cell.code);
  },
  draft(cell) {
    cell.typing = true;
    clearTimeout(act.drafting);
    act.drafting = setTimeout(() => cell.typing && queue.draft(cell.code, cell.input.value), 300);
  },
  restore(cell) {
    cell.typing = false;
    queue.draft(cell.code);
    cell.input.value = cell.raw;
    cell.input.select?.();
  },
  press(cell, raw) {
    sheet.apply([{ cell, raw: cell.raw === raw && !cell.copied ? "" : raw }]);
    panel.follow(cell);
  },
  note: (cell, note) => note.trim() !== cell.note && sheet.apply([{ cell, note: note.trim() }]),
  choose: (cell, chosen) => sheet.apply([{ cell, chosen }]),
  confirm: (cells) => sheet.apply(cells.map((cell) => ({ cell, copied: false }))),
  keepValue(cell) {
    sheet.apply([{ cell, kept: true }]);
    view.toast(`Đã giữ ${cell.raw} ở chỉ tiêu ${cell.code}.`);
  },
  ask: (cell) => view.toast(`▲ Chỉ tiêu ${cell.code}: ${lower(cell.question.split(". ")[0])}. Nhấn Enter lần nữa để giữ.`),
  settle: (cell, mine) => sheet.settle(cell, mine),
  follow(cell) {
    panel.follow(cell);
    view.narrow();
  },
  open: (cell) => panel.open(cell),
  copy() {
    const changes = sheet.cells.filter((cell) => !cell.raw && cell.spec.last && !cell.isDirty).map((cell) => ({ cell, raw: cell.spec.last, copied: true }));
    const count = sheet.apply(changes);
    view.toast(count ? `Đã chép ${count} ô từ năm ${page.year - 1}, chờ xác nhận.` : `Không có ô trống nào có số năm ${page.year - 1} để chép.`, count && (() => act.undo()));
  },
  paste(text, cell) {
    const { refused, changes, notes } = plan(text, sheet, cell);
    if (refused || !changes.length) return view.toast(refused ?? `${["Không có giá trị nào để dán", ...notes].join(", ")}.`);
    const count = sheet.apply(changes);
    const wrong = changes.filter(({ cell: one }) => one.wrong).length;
    return view.toast(`Đã dán ${[`${count} ô`, wrong && `${wrong} ô lỗi`, ...notes].filter(Boolean).join(", ")}.`, () => act.undo());
  },
  undo(cell) {
    if (cell?.isDirty) return act.restore(cell);
    const steps = sheet.undo();
    if (steps) keys.focus(steps[0].cell);
    return view.toast(steps ? `Đã hoàn tác ${steps.length} ô.` : "Không còn gì để hoàn tác.");
  },
  redo() {
    const steps = sheet.redo();
    view.toast(steps ? `Đã làm lại ${steps.length} ô.` : "Không còn gì để làm lại.");
  },
  neighbour(rel) {
    const link = form.querySelector(`.gbar a[rel=${rel}]`);
    const cell = sheet.of(document.activeElement);
    if (link) location.assign(link.href + (cell ? `#c-${cell.code}` : ""));
  },
  /** Past the last cell: the first that is not finished, else the way on. */
  end(cell) {
    act.commit(cell);
    const next = sheet.cells.find((one) => !one.closed && !one.row.hidden && one.lacks);
    if (next && next !== cell) keys.focus(next);
    else (view.send ?? cell.input).focus();
  },
  missing() {
    const next = sheet.cells.find((one) => one.lacks);
    if (next) keys.focus(next);
    return next;
  },
};
const view = new View(form, sheet, act);
const keys = new Keys(form, sheet, act);
const panel = new Panel(form, sheet, {
  settle: () => sender.settle(),
  signIn: enter,
  toast: (words) => view.toast(words),
  // A write of the side panel moves the cell's version, to `own`; to a value that waits since before it is another's.
  refresh(cell, own) {
    if (queue.entries.has(cell.code)) return;
    if (own) cell.own.add(own);
    sender.ask(cell.code);
  },
});
const sender = new Sender(sheet, queue, page, {
  state: (kind, words) => view.state(kind, words),
  stored(cells) {
    for (const cell of cells) if (!queue.entries.has(cell.code) && !cell.theirs) Object.assign(cell, cell.stored);
    cells.forEach((cell) => cell.look(sheet.year));
    view.paint(cells);
    panel.draw(false);
  },
  signedOut: (said) => enter(said),
});

/** Signs in in place, once for all who wait; whether it worked. */
function enter(said) {
  const count = queue.ready.length;
  view.state("err", `Phiên đã hết: ${count} ô giữ trên máy`, "Đăng nhập", () => enter(said));
  entering ??= signIn({ login, loginUrl }, count, said).then((done) => {
    entering = null;
    if (done) {
      form.csrfmiddlewaretoken.value = token();
      sender.resume();
    }
    return done;
  });
  return entering;
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("click", (event) => {
  const link = event.target.closest(".ma a");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    panel.open(sheet.of(link));
  }
  const name = event.target.closest("[data-do]")?.dataset.do;
  if (name === "copy" || name === "undo") {
    event.preventDefault();
    act[name]();
  }
  if (name === "paste") askForText();
  if (name === "send") leave(event);
});
form.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const cell = sheet.of(event.target);
  if (!/[\n\t]/.test(text.trim()) || event.target.name?.startsWith("note-")) return;
  event.preventDefault();
  if (cell) act.restore(cell);
  act.paste(text, cell);
});

function askForText() {
  const box = dialog("d-paste");
  box.onclose = () => {
    if (box.returnValue === "put") act.paste(box.querySelector("textarea").value, sheet.cells.find((cell) => !cell.closed));
    box.remove();
  };
}

/** Not before everything is stored and nothing is missing; else to the first cell that is. */
async function leave(event) {
  const link = event.target.closest("a");
  const unready = link.getAttribute("aria-disabled") === "true";
  if (!unready && !queue.entries.size) return;
  event.preventDefault();
  if (unready) return act.missing();
  await sender.settle();
  return queue.entries.size ? act.missing() : location.assign(link.href);
}

document.documentElement.classList.add("js");
for (const hidden of form.querySelectorAll("[data-do], .keys")) hidden.hidden = false;
view.sums();
/** What is typed and not left counts as typed. */
const commit = () => {
  const cell = sheet.of(document.activeElement);
  if (cell) act.commit(cell);
};
addEventListener("pagehide", () => sender.flush(true, commit()));
addEventListener("beforeunload", (event) => {
  if ((!queue.lasting && queue.entries.size) || panel.unsaved || panel.drafts.size) event.preventDefault();
});
guardSignOut(logoutUrl, queue, () => sender.settle(commit()));

const named = document.getElementById(location.hash.slice(1));
const first = sheet.of(named) ?? sheet.cells.find((cell) => !cell.closed && !cell.raw && !cell.row.hidden) ?? sheet.cells.find((cell) => !cell.closed);
if (first && matchMedia("(pointer: fine)").matches && document.activeElement === document.body) keys.focus(first);

const kept = sheet.recall(await queue.load());
if (kept) view.toast(`Còn ${kept} ô từ lần trước chưa lưu; đang lưu tiếp.`);
sender.soon();
