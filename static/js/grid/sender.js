// Sends what the queue holds.

const PAUSE = 500;
const AGAIN = [2, 4, 8, 30];
const AT_ONCE = 100;

export const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";

export class Sender {
  /** `on` is told what happens: state(kind, words), stored(cells), signedOut(). */
  constructor(sheet, queue, page, on) {
    Object.assign(this, { sheet, queue, page, on });
    this.failed = 0;
    this.stopped = "";
    addEventListener("online", () => this.resume());
    addEventListener("offline", () => this.offline());
    addEventListener("visibilitychange", () => document.hidden && this.flush(true));
  }

  soon(wait = PAUSE) {
    clearTimeout(this.timer);
    if (!this.queue.ready.length) return this.idle();
    if (!this.stopped && !this.failed) this.on.state("run", "Đang lưu…");
    this.timer = setTimeout(() => this.flush(), wait);
  }

  /** After signing in again, or when the network is back. */
  resume() {
    this.failed = 0;
    this.stopped = "";
    this.soon(0);
  }

  async settle() {
    await this.running;
    await this.flush();
  }

  /** How a cell stands now. The queue waits for no answer to this. */
  ask(code) {
    return this.send([{ code }]).catch(() => {});
  }

  async flush(leaving = false) {
    clearTimeout(this.timer);
    if (this.running || this.stopped) return;
    const entries = this.queue.ready.slice(0, AT_ONCE).map((entry) => {
      // Should the answer be lost, the value is known as one's own.
      const sent = [...entry.sent.filter((raw) => raw !== entry.raw), entry.raw];
      return this.queue.put({ ...entry, sent });
    });
    if (!entries.length) return;
    this.running = this.send(entries, leaving).catch(() => this.later());
    await this.running;
    this.running = null;
    if (!this.failed) this.soon(this.again ? 0 : PAUSE);
  }

  async send(entries, keepalive) {
    const { place, year, ...about } = this.page;
    const body = JSON.stringify({ ...about, cells: entries.map((entry) => this.cell(entry)) });
    const answer = await fetch("o/", {
      method: "POST", body, keepalive, credentials: "same-origin", redirect: "error",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    });
    const said = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
    if (answer.ok) return this.took(entries, said);
    if (answer.status >= 500 || answer.status === 429) return this.later(`Máy chủ ${answer.status === 429 ? "bận" : "lỗi"}, sẽ tự gửi lại`);
    if (answer.status === 400 || answer.status === 413) return this.part(entries, keepalive, said.sentence ?? "Máy chủ không nhận ô này. Hãy sửa rồi thử lại.");
    return this.refused(said);
  }

  /** Refused as a whole: by halves, until only what cannot be sent is left, at its cell. */
  async part(entries, keepalive, sentence) {
    if (entries.length < 2) return this.took(entries, { at: this.at, cells: [{ code: entries[0].code, status: "wrong", sentence }] });
    const half = entries.length >> 1;
    await this.send(entries.slice(0, half), keepalive);
    return this.failed || this.stopped || this.send(entries.slice(half), keepalive);
  }

  cell(entry) {
    const { code, raw, version, copied, kept, note, chosen } = entry;
    const { stored } = this.sheet.byCode.get(code);
    const sent = { code, raw, version };
    if (copied) sent.copied_from = this.page.year - 1;
    if (kept && !copied) sent.kept = true;
    if (note !== stored.note) sent.note = note;
    if (chosen !== stored.chosen) sent.case = chosen;
    return sent;
  }

  took(entries, said) {
    this.failed = 0;
    this.at = said.at;
    this.again = false;
    for (const one of said.cells) {
      const entry = entries.find((sent) => sent.code === one.code);
      this.again = this.sheet.answered(entry, one) || this.again;
    }
    this.on.stored(said.cells.map((one) => this.sheet.byCode.get(one.code)));
  }

  refused(said) {
    const { error = "token", sentence, url } = said;
    if (error === "token" && !this.failed) return this.later();
    this.stopped = error;
    // Signed out, or to go elsewhere first: to change the password.
    if (url || error === "signed-out") return this.on.signedOut(said);
    return this.on.state("err", sentence ?? "Máy chủ không nhận. Hãy tải lại trang; các ô vẫn giữ trên máy.");
  }

  later(why) {
    const wait = AGAIN[Math.min(this.failed, AGAIN.length - 1)];
    this.failed += 1;
    this.offline(why);
    this.timer = setTimeout(() => this.flush(), wait * 1000);
  }

  offline(why = "Mất mạng") {
    const count = this.queue.ready.length;
    if (count) this.on.state("off", `${why}: ${count} ô giữ trên máy`);
  }

  idle() {
    const { size } = this.queue.entries;
    const disputed = [...this.queue.entries.values()].filter((entry) => entry.held).length;
    if (size) this.on.state("err", disputed ? `${disputed} ô người khác vừa sửa` : `${size} ô lỗi chưa lưu`);
    else this.on.state("ok", this.at ? `Đã lưu ${this.at}` : "Mọi ô đã lưu");
  }
}
