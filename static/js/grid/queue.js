// What was typed and is not stored yet, kept in this browser under person, unit, year, set and cell, whatever happens
// to network, session and browser; nobody else's entries are ever read.

const NAME = "ntm-nhap-lieu";

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("cells", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
const result = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
const under = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

export class Queue {
  constructor({ user, place, year, set, term }) {
    this.user = `${user}|`;
    this.page = `${this.user}${place}|${year}|${set}|${term}|`;
    this.entries = new Map();
    this.stamps = 0;
    // Without it all works, but only while the page is open.
    this.lasting = true;
  }

  /** What an earlier visit left, drafts included. */
  async load() {
    try {
      this.base = await opened();
      const rows = await result(this.store("readonly").getAll(under(this.page)));
      for (const row of rows.filter((one) => !one.draft)) this.entries.set(row.code, row);
      return rows;
    } catch {
      this.lasting = false;
      return [];
    }
  }

  store(mode) {
    return this.base.transaction("cells", mode).objectStore("cells");
  }

  write(act) {
    try {
      act(this.store("readwrite"));
    } catch {
      this.lasting = false;
    }
  }

  put(entry) {
    const stamp = entry.stamp && entry.stamp === this.entries.get(entry.code)?.stamp ? entry.stamp : null;
    const row = { ...entry, id: this.page + entry.code, stamp: stamp ?? `${Date.now()}-${(this.stamps += 1)}` };
    this.entries.set(entry.code, row);
    this.write((cells) => cells.put(row));
    return row;
  }

  drop(code) {
    this.entries.delete(code);
    this.write((cells) => cells.delete(this.page + code));
  }

  /** The keys of a cell that is being typed into; none: it was left. */
  draft(code, raw) {
    const id = `${this.page}${code}~`;
    this.write((cells) => (raw === undefined ? cells.delete(id) : cells.put({ id, code, raw, draft: true })));
  }

  /** Neither wrong nor in dispute. */
  get ready() {
    return [...this.entries.values()].filter((entry) => !entry.bad && !entry.held);
  }

  /** How many cells of this person are unsent, on all pages. */
  async count() {
    try {
      const keys = await result(this.store("readonly").getAllKeys(under(this.user)));
      return new Set(keys.map((key) => key.replace(/~$/, ""))).size;
    } catch {
      return this.entries.size;
    }
  }
}
