// What is seen of a change.

const SAID = { met: ["k-d", "✓ "], not_met: ["k-c", "○ "], not_evaluable: ["k-n", "– "], not_applicable: ["k-n", "– "] };
const LACKING = [["loi", "lỗi"], ["trong", "ô trống"], ["chep", "ô chép chờ xác nhận"], ["xem-lai", "ô cần xem lại"]];
export const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const lower = (text) => text.charAt(0).toLowerCase() + text.slice(1);
export const make = (tag, fields) => Object.assign(document.createElement(tag), fields);

/** The class and the words of the column "Đánh giá". */
export function verdict(cell, year) {
  if (cell.theirs) return ["k-e", "Ô này vừa được người khác sửa"];
  if (cell.wrong) return ["k-e", cell.wrong];
  if (cell.copied) return ["k-o", `Chép từ ${year - 1}`];
  if (!cell.finding) return ["k-b", cell.held.state === "no_data" ? "Chưa có số liệu" : "Chưa nhập"];
  const [css, sign] = SAID[cell.finding.verdict];
  const words = sign + upper(cell.finding.brief);
  return cell.question ? ["k-w", `${words}; ${lower(cell.question.split(". ")[0])}`] : [css, words];
}

export class View {
  constructor(form, sheet, act) {
    Object.assign(this, { form, sheet, act });
    this.filter = new URLSearchParams(location.search).get("loc") ?? "";
    this.groups = [...form.querySelectorAll("tbody")].map((body) => ({
      body,
      cells: sheet.cells.filter((cell) => body.contains(cell.row)),
      met: body.querySelector(".gr"),
      rail: form.querySelector(`.rail a[href="#${body.id}"] .gs`),
    }));
    this.chip = form.querySelector(".sv");
    this.bubble = form.appendChild(make("div", { className: "toast", role: "status" }));
    this.filters = [...form.querySelectorAll(".fl a")];
    this.filters.forEach((link) => link.addEventListener("click", (event) => this.choose(event, link)));
    this.send = form.querySelector("[data-do=send]");
    matchMedia("(max-width: 47.5rem)").addEventListener("change", () => this.buttons());
    this.buttons();
  }

  paint(cells) {
    for (const cell of cells) {
      this.value(cell);
      cell.td.className = `cell${cell.mark && ` st-${cell.mark}`}`;
      const [css, words] = verdict(cell, this.sheet.year);
      cell.words.className = `kq ${css}`;
      cell.words.textContent = words;
      cell.input.ariaInvalid = cell.wrong ? "true" : null;
      if (cell.cases) cell.cases.value = cell.chosen;
      for (const button of cell.td.querySelectorAll(".sg button")) button.ariaPressed = button.value === cell.raw;
      this.note(cell);
      this.dispute(cell);
    }
    this.sums();
  }

  /** What was selected on entering stays so: the next key replaces it all. */
  value({ input, raw, typing }) {
    const here = document.activeElement === input;
    if ((typing && here) || input.value === raw) return;
    input.value = raw;
    if (here) input.select?.();
  }

  /** A dash has its reason right below the name. */
  note(cell) {
    let input = cell.row.querySelector(`[name^="note-"]`);
    if (cell.held.state === "not_applicable" && !input && !cell.closed) {
      const box = cell.row.querySelector("th").appendChild(make("span", { className: "in" }));
      input = box.appendChild(make("input", { name: `note-${cell.code}`, maxLength: 500, placeholder: "Lý do không áp dụng", ariaLabel: `Lý do chỉ tiêu ${cell.code} không áp dụng` }));
    }
    if (input && input !== document.activeElement) input.value = cell.note;
    if (input) input.parentNode.hidden = cell.held.state !== "not_applicable";
  }

  /** Both values, who and when; one is picked. */
  dispute(cell) {
    const old = cell.row.nextElementSibling;
    if (old?.classList.contains("cf")) old.remove();
    if (!cell.theirs) return;
    const { raw, by, at } = cell.theirs;
    // Of one value, the notes are what differs.
    const note = (one) => (raw !== cell.raw ? "" : one.note ? ` (ghi chú: ${one.note})` : " (không ghi chú)");
    const words = (one) => (one.raw || "ô trống") + note(one);
    const [theirs, ours] = [cell.theirs, cell].map(words);
    const row = make("tr", { className: "cf" });
    const box = row.appendChild(make("td", { colSpan: 6, role: "alert" }));
    box.append(`Chỉ tiêu ${cell.code}: ${by ?? "người khác"} đã ghi “${theirs}”${at ? ` lúc ${at}` : ""}; bạn nhập “${ours}”. Chọn giá trị đúng: `, make("br", {}));
    for (const [mine, label] of [[true, `Giữ của tôi: ${ours}`], [false, `Lấy của họ: ${theirs}`]]) {
      box.append(make("button", { type: "button", className: "btn", textContent: label, onclick: () => this.act.settle(cell, mine) }));
    }
    cell.row.after(row);
  }

  sums() {
    const { cells } = this.sheet;
    let met = 0;
    for (const { body, cells: own, met: words, rail } of this.groups) {
      const count = own.filter((cell) => cell.met).length;
      const copied = own.filter((cell) => cell.mark === "copy").length;
      const whole = count === own.length;
      met += whole;
      words.textContent = `${whole ? "✓ " : ""}đạt ${count}/${own.length}`;
      const state = own.some((cell) => cell.passes("loi")) ? ["e", "! lỗi"] : own.some((cell) => cell.mark === "warn") ? ["w", "▲"] : whole ? ["d", "✓"] : copied ? ["", `↺ ${copied}`] : ["", `${own.filter((cell) => cell.entered).length}/${own.length}`];
      [rail.className, rail.textContent] = [`gs ${state[0]}`, state[1]];
    }
    const done = cells.filter((cell) => cell.entered).length;
    this.form.querySelector("[data-sum=done]").textContent = done;
    this.form.querySelector("[data-sum=met]").textContent = met;
    this.form.querySelector("progress").value = done;
    for (const link of this.filters) link.querySelector("b").textContent = cells.filter((cell) => cell.passes(link.dataset.f)).length;
    this.missing();
    this.narrow();
  }

  missing() {
    const { cells } = this.sheet;
    const found = LACKING.map(([word, label]) => [cells.filter((cell) => cell.passes(word)).length, label]).filter(([count]) => count);
    const why = this.form.querySelector("#why");
    if (why) why.textContent = found.length ? `Còn ${found.map((one) => one.join(" ")).join(", ")}` : why.dataset.full;
    if (why && this.send) this.send.ariaDisabled = found.length > 0;
  }

  /** Nobody confirms what a filter hides. */
  confirms(body, cells) {
    let button = body.querySelector(".okg");
    const copied = () => cells.filter((cell) => cell.mark === "copy" && !cell.row.hidden);
    const { length } = copied();
    if (!length) return button?.remove();
    if (!button) body.querySelector(".grp th").append((button = make("button", { type: "button", className: "btn okg", onclick: () => this.act.confirm(copied()) })));
    button.textContent = `Xác nhận ${length} ô chép`;
  }

  choose(event, link) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.filter = link.dataset.f;
    history.replaceState(null, "", link.getAttribute("href"));
    for (const one of this.filters) one.ariaCurrent = one === link ? "true" : null;
    this.narrow();
  }

  narrow() {
    // Where one stands goes only when it is left.
    for (const cell of this.sheet.cells) cell.row.hidden = !cell.passes(this.filter) && !(cell.row.contains(document.activeElement) && !cell.row.hidden);
    for (const { body, cells } of this.groups) {
      body.hidden = cells.every((cell) => cell.row.hidden);
      this.confirms(body, cells);
    }
    this.form.querySelector(".none").hidden = this.groups.some(({ body }) => !body.hidden);
  }

  state(kind, words, label, onclick) {
    if (!this.chip) return;
    this.chip.hidden = false;
    this.chip.dataset.s = kind;
    const place = this.chip.querySelector("span");
    if (place.textContent !== words) place.textContent = words;
    if (label) place.append(make("button", { type: "button", textContent: label, onclick }));
  }

  toast(words, undo) {
    clearTimeout(this.fading);
    this.bubble.textContent = words;
    if (undo) this.bubble.append(make("button", { type: "button", textContent: "Hoàn tác", onclick: undo }));
    this.fading = setTimeout(() => this.bubble.replaceChildren(), 6000);
  }

  /** On a phone a yes or no is two buttons. */
  buttons() {
    if (!matchMedia("(max-width: 47.5rem)").matches) return;
    for (const cell of this.sheet.cells) {
      if (cell.spec.t !== "b" || cell.closed || cell.td.querySelector(".sg")) continue;
      const box = cell.td.appendChild(make("span", { className: "sg" }));
      for (const value of ["Đạt", "Chưa"]) {
        box.append(make("button", { type: "button", value, textContent: value, ariaPressed: cell.raw === value, ariaLabel: `${cell.code}: ${value}`, onclick: () => this.act.press(cell, value) }));
      }
      cell.input.tabIndex = -1;
    }
  }
}
