// The cells of the page: stored, typed since, how each stands; undo over whole actions.

import { again, clean, doubt, judge, read, specOf } from "./values.js";

const NO_REASON = "Không áp dụng thì phải có lý do. Hãy ghi lý do vào ô bên dưới tên chỉ tiêu.";
const FIELDS = ["raw", "copied", "kept", "note", "chosen"];

class Cell {
  constructor(row) {
    this.row = row;
    this.code = row.dataset.c;
    this.input = row.querySelector(".cell :is(input, select)");
    this.td = this.input.parentNode;
    this.words = row.querySelector(".kq");
    this.cases = row.querySelector(`[name="case-${this.code}"]`);
    this.spec = specOf(this.input);
    const { v, s, o, n, q, j } = this.input.dataset;
    this.version = Number(v ?? 0);
    this.closed = this.input.readOnly || this.input.disabled;
    this.returned = this.td.classList.contains("st-ret");
    this.judged = j;
    this.stored = { raw: o ?? this.input.value, copied: s === "copied", kept: !q, note: n ?? "", chosen: Number(this.cases?.value ?? 0) };
    Object.assign(this, this.stored);
    this.error = "";
    this.theirs = null;
    this.waiting = this.fresh = false;
    // Versions that the side panel made.
    this.own = new Set();
  }

  look(year) {
    const held = (this.held = read(this.spec, this.raw));
    const long = clean(this.note).length > 500 && `Ghi chú của ô ${this.code} dài quá 500 ký tự. Hãy rút gọn.`;
    this.wrong = held.error ?? (held.state === "not_applicable" && !this.note ? NO_REASON : long || this.error);
    this.question = this.copied || this.kept || this.note || this.wrong ? "" : doubt(this.spec, held, year);
    const counts = (this.entered = !this.wrong && !this.copied && ["entered", "not_applicable"].includes(held.state));
    const own = this.judged && this.raw === this.stored.raw && !this.waiting;
    this.finding = !counts ? null : own ? { verdict: this.judged, reason: "sở, ngành đã thẩm định", brief: "" } : judge(this.spec, held, this.chosen);
    this.met = counts && ["met", "not_applicable"].includes(this.finding.verdict);
    this.mark = this.theirs ? "stale" : this.wrong ? "err" : this.copied ? "copy" : this.question ? "warn" : this.waiting ? "wait" : this.fresh ? "new" : this.returned ? "ret" : "";
    return this;
  }

  /** Whether the filter of this word keeps the cell. */
  passes(word) {
    if (word === "trong") return ["empty", "no_data"].includes(this.held.state);
    if (word === "loi") return this.mark === "err" || this.mark === "stale";
    if (word === "xem-lai") return this.mark === "warn" || this.returned;
    if (word === "chep") return this.mark === "copy";
    return word !== "chua-dat" || (this.entered && this.finding.verdict === "not_met");
  }

  get lacks() {
    return ["loi", "trong", "chep", "xem-lai"].some((word) => this.passes(word));
  }

  get now() {
    return Object.fromEntries(FIELDS.map((name) => [name, this[name]]));
  }

  get isDirty() {
    return this.input.value !== this.raw;
  }
}

export class Sheet {
  /** `changed(cells)` is told of every change; `queue` keeps what is not stored yet. */
  constructor(form, queue, changed) {
    this.year = Number(form.dataset.year);
    this.queue = queue;
    this.changed = changed;
    this.cells = [...form.querySelectorAll("tr[data-c]")].map((row) => new Cell(row).look(this.year));
    this.byCode = new Map(this.cells.map((cell) => [cell.code, cell]));
    this.done = [];
    this.undone = [];
  }

  of(element) {
    return this.byCode.get(element?.closest?.("tr[data-c]")?.dataset.c);
  }

  commit(cell) {
    if (cell.isDirty && !cell.closed) this.apply([{ cell, raw: cell.input.value }]);
  }

  /** One action, one step of undo. What is not named starts anew with a new value. */
  apply(changes) {
    const steps = changes.filter(({ cell }) => !cell.closed).map(({ cell, ...wanted }) => {
      const before = cell.now;
      if (wanted.raw !== undefined) wanted = { copied: false, kept: false, ...wanted, raw: this.tidy(cell, wanted.raw) };
      return { cell, before, after: { ...before, ...wanted } };
    });
    if (!steps.length) return 0;
    this.done.push(steps);
    this.undone = [];
    this.move(steps, "after");
    return steps.length;
  }

  tidy(cell, typed) {
    const held = read(cell.spec, typed);
    return held.error ? typed : again(cell.spec, held);
  }

  undo() {
    return this.shift(this.done, this.undone, "before");
  }

  redo() {
    return this.shift(this.undone, this.done, "after");
  }

  shift(from, to, side) {
    const steps = from.pop();
    if (!steps) return null;
    to.push(steps);
    this.move(steps, side);
    return steps;
  }

  move(steps, side) {
    for (const step of steps) {
      const { cell } = step;
      Object.assign(cell, step[side]);
      cell.error = "";
      cell.fresh = false;
      this.keep(cell);
    }
    this.changed(steps.map(({ cell }) => cell));
  }

  /** Into the queue; out of it again where nothing differs and nothing is on its way. */
  keep(cell) {
    cell.look(this.year);
    const old = this.queue.entries.get(cell.code);
    const same = FIELDS.every((name) => cell[name] === cell.stored[name] || (name === "kept" && !cell.kept));
    if (same && !old?.sent.length && !cell.theirs) this.queue.drop(cell.code);
    else {
      // A waiting entry keeps what it began from.
      const { version, base, sent } = old && !cell.theirs ? old : { version: cell.version, base: cell.stored, sent: [] };
      this.queue.put({ code: cell.code, ...cell.now, version, base, sent, held: Boolean(cell.theirs), bad: Boolean(cell.wrong) });
    }
    cell.waiting = this.queue.entries.has(cell.code) && !cell.wrong;
    cell.look(this.year);
  }

  /** What an earlier visit could not store. */
  recall(entries) {
    // What the set no longer has stays on this machine, and holds nothing up.
    for (const { code } of entries) if (!this.byCode.has(code)) this.queue.entries.delete(code);
    const found = entries.map((entry) => [this.byCode.get(entry.code), entry]).filter(([cell]) => cell && !cell.closed);
    for (const [cell, entry] of found) {
      // A note, or a case, not changed here may have been since.
      for (const name of FIELDS) if (entry[name] !== (/note|chosen/.test(name) ? entry.base?.[name] : undefined)) cell[name] = entry[name] ?? cell[name];
      if (entry.draft) {
        cell.raw = this.tidy(cell, entry.raw);
        cell.copied = cell.kept = false;
        this.queue.draft(cell.code);
        this.keep(cell);
      } else this.queue.put({ ...entry, ...cell.now, held: false, bad: Boolean(cell.look(this.year).wrong) });
      cell.waiting = !cell.wrong;
      cell.look(this.year);
    }
    this.changed(found.map(([cell]) => cell));
    return found.length;
  }

  /** The server's word on a sent cell. Whether it must be sent again. */
  answered(entry, said) {
    const cell = this.byCode.get(entry.code);
    const waiting = this.queue.entries.get(entry.code);
    // Only asked after: what is typed keeps the version that it began from.
    if (!entry.stamp && (waiting || cell.isDirty || said.version < cell.version)) return false;
    const typedOn = waiting && waiting.stamp !== entry.stamp;
    let again = false;
    if (said.status === "stale" && this.isOwn(entry, said)) {
      again = this.rebase(waiting, said);
    } else if (said.status === "stale") {
      cell.theirs = said;
      if (waiting) this.queue.put({ ...waiting, held: true, sent: [] });
    } else if (said.status === "wrong") {
      if (!typedOn) cell.error = said.sentence;
      if (waiting) this.queue.put({ ...waiting, bad: waiting.bad || !typedOn, sent: [] });
    } else {
      this.store(cell, said);
      if (typedOn) again = this.rebase(waiting, said);
      else this.queue.drop(entry.code);
      cell.fresh = !typedOn;
    }
    cell.waiting = this.queue.entries.has(cell.code);
    cell.look(this.year);
    return again;
  }

  /** An own write, its answer lost, or of the panel; or a new version of what was typed over. */
  isOwn(entry, said) {
    const { version, sent, base } = entry;
    const since = [...this.byCode.get(entry.code).own].filter((one) => one > version && one <= said.version);
    // Only the note, or the case: disputed where changed here as well.
    const beside = [[entry.note, said.note ?? "", base.note], [entry.chosen, said.case ?? 0, base.chosen]];
    const agreed = beside.every(([mine, theirs, was]) => mine === was || theirs === was || mine === theirs);
    return (said.mine && (sent.includes(said.raw) || since.length === said.version - version)) || (said.raw === base.raw && agreed);
  }

  rebase(waiting, said) {
    if (waiting) this.queue.put({ ...waiting, version: said.version, base: { ...waiting.base, raw: said.raw }, sent: [] });
    return Boolean(waiting);
  }

  store(cell, said) {
    cell.version = said.version;
    cell.told = said.told;
    cell.returned = false;
    cell.judged = undefined;
    cell.stored = { raw: said.raw, copied: said.state === "copied", kept: !said.doubtful, note: said.note ?? "", chosen: said.case ?? 0 };
  }

  /** The person chose between two values of a cell. */
  settle(cell, mine) {
    const said = cell.theirs;
    cell.theirs = null;
    this.store(cell, said);
    if (mine) this.rebase({ ...this.queue.entries.get(cell.code), ...cell.now, code: cell.code, held: false, bad: false }, said);
    else {
      this.queue.drop(cell.code);
      Object.assign(cell, cell.stored);
    }
    cell.waiting = mine;
    cell.look(this.year);
    this.changed([cell]);
  }
}
