// The keyboard.

import { yesNo } from "./values.js";

const TELEX = 700; // ms within which an input method may still turn "dd" into "đ"

export class Keys {
  constructor(form, sheet, act) {
    Object.assign(this, { form, sheet, act });
    form.addEventListener("keydown", (event) => this.down(event));
    form.addEventListener("input", (event) => this.typed(event));
    form.addEventListener("focusin", (event) => this.entered(event));
    form.addEventListener("focusout", (event) => this.left(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("pointerdown", () => (this.asked = null));
    document.addEventListener("keydown", (event) => this.anywhere(event));
  }

  /** The cell whose value the element is; undefined for its note and its case. */
  cellOf(element) {
    const cell = this.sheet.of(element);
    return cell?.input === element ? cell : undefined;
  }

  entered({ target }) {
    const cell = this.sheet.of(target);
    if (cell) this.act.follow(cell);
    if (cell?.input === target) target.select?.();
  }

  left({ target }) {
    const cell = this.cellOf(target);
    if (cell) this.act.commit(cell);
    if (target.name?.startsWith("note-")) this.act.note(this.sheet.of(target), target.value);
  }

  changed({ target }) {
    if (target.name?.startsWith("case-")) this.act.choose(this.sheet.of(target), Number(target.value));
    const cell = this.cellOf(target);
    if (cell?.spec.t === "g") this.act.commit(cell);
  }

  /** One key for yes or no, then down. Read from what arrives, so that any input method will do. */
  typed({ target, data, inputType }) {
    const cell = this.cellOf(target);
    this.asked = null;
    if (!cell) return;
    if (cell.spec.t === "b" && data && inputType?.startsWith("insert") && yesNo(cell.spec, data.slice(-1)) !== undefined) {
      const key = data.slice(-1);
      if (key.toLowerCase() === "đ" && Date.now() - this.swallowed < 150) {
        target.value = cell.raw;
        return;
      }
      this.quick = { key: key.toLowerCase(), at: Date.now() };
      target.value = key;
      this.go(cell, 1);
    } else this.act.draft(cell);
  }

  down(event) {
    const cell = this.cellOf(event.target);
    const { key } = event;
    if (key === "Enter" && (event.ctrlKey || event.metaKey) && this.sheet.of(event.target)) return this.do(event, () => this.act.open(this.sheet.of(event.target)));
    if (key === "Enter" && event.target.name?.startsWith("note-")) return this.do(event, () => this.go(this.sheet.of(event.target), 1));
    if (!cell || event.altKey || event.isComposing) return;
    if (key !== "Enter") this.asked = null;
    if (key === "Enter") return this.do(event, () => this.enter(cell, event.shiftKey ? -1 : 1));
    if (cell.spec.t !== "g" && (key === "ArrowDown" || key === "ArrowUp")) return this.do(event, () => this.go(cell, key === "ArrowUp" ? -1 : 1));
    if (key === "Escape") return this.act.restore(cell);
    if (cell.spec.t === "g" && /^[1-9]$/.test(key) && cell.spec.grades[key - 1]) {
      return this.do(event, () => {
        cell.input.value = cell.spec.grades[key - 1];
        this.go(cell, 1);
      });
    }
    // "dd" of Telex: the first d has already answered and gone down; what follows was meant for that cell.
    if (key === "Backspace" && this.quick?.key === "d" && Date.now() - this.quick.at < TELEX && !cell.isDirty) {
      this.swallowed = Date.now();
      event.preventDefault();
    }
  }

  do(event, what) {
    event.preventDefault();
    return what();
  }

  /** Confirms a copied cell; keeps a questioned value. */
  enter(cell, way) {
    const asked = this.asked;
    this.asked = null;
    if (!cell.isDirty && asked?.mark === "warn" && asked !== cell) return this.act.keepValue(asked);
    if (!cell.isDirty && cell.copied) this.act.confirm([cell]);
    else if (!cell.isDirty && cell.mark === "warn") this.act.keepValue(cell);
    else {
      this.act.commit(cell);
      this.asked = cell.mark === "warn" ? cell : null;
      if (this.asked) this.act.ask(cell);
      if (cell.held.state === "not_applicable" && !cell.note) return cell.row.querySelector("[name^=note-]").focus();
    }
    return this.go(cell, way);
  }

  /** To the next open cell in sight. */
  go(cell, way) {
    const { cells } = this.sheet;
    let at = cells.indexOf(cell);
    do at += way;
    while (cells[at] && (cells[at].closed || cells[at].row.hidden));
    if (cells[at]) this.focus(cells[at]);
    else if (way > 0) this.act.end(cell);
  }

  focus(cell) {
    cell.row.hidden = false;
    cell.row.parentNode.hidden = false;
    const buttons = cell.td.querySelector(".sg button");
    const target = buttons && cell.input.tabIndex < 0 && getComputedStyle(buttons.parentNode).display !== "none" ? buttons : cell.input;
    target.focus();
    target.select?.();
  }

  anywhere(event) {
    const { key } = event;
    const control = (event.ctrlKey || event.metaKey) && !event.altKey;
    const foreign = event.target.matches?.("input, textarea, select") && !this.cellOf(event.target);
    if (event.altKey && (key === "PageUp" || key === "PageDown")) return this.do(event, () => this.act.neighbour(key === "PageUp" ? "prev" : "next"));
    if (key === "F8") return this.do(event, () => this.act.copy());
    if (!control || foreign) return;
    const letter = key.toLowerCase();
    if (letter === "z" && !event.shiftKey) return this.do(event, () => this.act.undo(this.cellOf(event.target)));
    if (letter === "y" || (letter === "z" && event.shiftKey)) return this.do(event, () => this.act.redo());
  }
}
