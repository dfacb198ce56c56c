// The chosen indicator at the side; notes, files and history on request.

import { token } from "./sender.js";
import { make, upper, verdict } from "./view.js";

export class Panel {
  constructor(form, sheet, on) {
    Object.assign(this, { sheet, on, box: document.querySelector(".det"), wide: matchMedia("(min-width: 80.01rem)") });
    this.unsaved = false;
    // Parts with something unsent, by cell, while another is shown.
    this.drafts = new Map();
    this.box.addEventListener("input", ({ target }) => (this.unsaved = target.dataset.mine = "1"));
    this.box.addEventListener("submit", (event) => this.post(event));
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Follows the focus where there is room; not while something in it is typed and not sent. */
  follow(cell) {
    this.cell?.row.classList.remove("act");
    cell.row.classList.add("act");
    if (this.unsaved) return;
    const moved = this.cell !== cell;
    this.cell = cell;
    this.draw(moved);
  }

  draw(anew, asked = false) {
    const { cell, box } = this;
    if (!cell || this.unsaved || (!anew && box.contains(document.activeElement)) || (box.hidden && !asked && !this.wide.matches)) return;
    const row = (name) => cell.row.querySelector(name).lastChild?.textContent.trim() || "–";
    const last = this.sheet.year - 1;
    const message = cell.wrong || cell.told || cell.question || (cell.finding?.verdict === "not_met" ? cell.finding.reason : "");
    const more = anew ? null : box.querySelector(".more");
    box.innerHTML = `<button class="btn close" type="button" aria-label="Đóng">×</button><p class="sm">Chỉ tiêu đang chọn</p><h2 tabindex="-1"></h2><p class="note"></p>
      <div class="lg"><span>Chuẩn</span><b></b></div><div class="lg"><span>Năm ${last}</span><b></b></div><div class="lg"><span>Năm ${last + 1}</span><b></b></div><div class="lg"><span>Đánh giá</span><b></b></div>
      <button class="btn go" type="button">Ghi chú, tệp, lịch sử</button><div class="more"></div>`;
    box.querySelector("h2").textContent = `${cell.code}. ${cell.row.querySelector("th > span").textContent}`;
    const note = box.querySelector(".note");
    note.textContent = upper(message);
    note.hidden = !message;
    note.classList.toggle("w", !cell.wrong);
    [row(".ch"), row(".pv"), cell.raw || "–", cell.wrong ? "–" : verdict(cell, last + 1)[1].split(";")[0]].forEach((text, at) => (box.querySelectorAll(".lg b")[at].textContent = text));
    box.querySelector(".close").onclick = () => this.close();
    if (this.drafts.has(cell)) box.querySelector(".go").textContent = "Mở lại phần đang gõ dở";
    box.querySelector(".go").onclick = () => this.open(cell);
    if (more?.hasChildNodes()) this.fill(more);
    box.hidden = false;
  }

  fill(more) {
    this.box.querySelector(".more").replaceWith(more);
    this.box.querySelector(".go").hidden = true;
  }

  /** The cell's own page, within this one. */
  async open(cell) {
    this.putAside();
    this.cell = cell;
    this.draw(true, true);
    this.box.querySelector("h2").focus();
    const draft = this.drafts.get(cell);
    if (draft) return this.fill(draft, (this.unsaved = true));
    // What was just typed belongs to what the part says.
    await this.on.settle();
    return this.load(() => fetch(this.address(), { headers: { "X-Fragment": "1" } }));
  }

  putAside() {
    if (this.unsaved) {
      this.drafts.set(this.cell, this.box.querySelector(".more"));
      this.on.toast(`Ghi chú đang gõ ở ô ${this.cell.code} chưa lưu; mở lại ô đó để lưu.`);
    }
    this.unsaved = false;
  }

  address() {
    return this.cell.row.querySelector(".ma a").href;
  }

  /** Asks again once signed in; the part stays until an answer takes its place. */
  async load(ask, form) {
    const { cell, box } = this;
    const answer = await ask().catch(() => null);
    const said = answer?.status === 403 ? await answer.json().catch(() => ({})) : {};
    const out = said.url || answer?.url.includes("/dang-nhap/");
    if (out && (await this.on.signIn(said))) return this.load(ask, form);
    const good = !out && (answer?.ok || [409, 422].includes(answer?.status));
    const html = good && (await answer.text().catch(() => ""));
    const stored = form && good && answer.ok;
    const more = make("div", { className: "more", innerHTML: html || "" });
    if (stored) this.drafts.delete(cell);
    // One version further: nobody else wrote meanwhile.
    const version = Number(more.firstElementChild?.dataset.version);
    const own = stored && version - form.closest(".cellpanel").dataset.version === 1 && version;
    if (cell !== this.cell) return stored && this.on.refresh(cell, own);
    if (!html) return this.fail(form, !answer || good ? "Mất mạng" : out ? "Phiên làm việc đã hết" : `Máy chủ không nhận (mã ${answer.status})`);
    // Typed into another form than the one sent.
    const typed = form ? [...box.querySelectorAll("[data-mine]")].filter((one) => one.form !== form) : [];
    for (const one of typed) more.querySelector(`#${one.id}`)?.replaceWith(one);
    this.unsaved = typed.length > 0;
    this.fill(more);
    return answer.ok && this.on.refresh(cell, own);
  }

  fail(form, why) {
    const more = this.box.querySelector(".more");
    if (!form) this.box.querySelector(".go").hidden = false;
    more.querySelector(".fail")?.remove();
    (form ?? more).prepend(make("p", { className: "note fail", role: "alert", textContent: `${why}, chưa ${form ? "lưu" : "mở"} được. Những gì đã gõ còn nguyên; hãy thử lại.` }));
  }

  post(event) {
    event.preventDefault();
    const { target: form, submitter } = event;
    this.load(() => {
      // The page's own token ended with its session.
      form.csrfmiddlewaretoken.value = token();
      return fetch(form.getAttribute("action") || this.address(), { method: "POST", body: new FormData(form, submitter), headers: { "X-Fragment": "1" } });
    }, form);
  }

  close() {
    this.putAside();
    this.box.hidden = true;
    this.cell?.input.focus();
  }
}
