// What people type, read as the server reads it (communes/cells.py, ntm/core/numbers.py), and judged by the same
// rules (communes/judging.py). Numbers are whole ten-thousandths: no float ever rounds a verdict.

const UNIT = 10000;
const LARGEST = 1e11 * UNIT;
const NOT_HERE = ["-", "–", "—", "−", "khong ap dung", "kad"];
const UNKNOWN = ["?", "chua co so lieu"];
const YES = ["d", "dat", "x", "1", "y", "yes", "v", "✓", "✔"];
const NO = ["c", "chua", "chua dat", "khong dat", "0", "n", "no"];
const THERE = ["co"];
const NOT_THERE = ["khong", "k", "khong co"];
const FOREIGN = { n: ["grade"], p: ["grade"], b: ["gte", "lte", "grade"], g: ["yes", "no"], t: [] };
const PLAIN = { "，": ",", "．": ".", "－": "-", "＋": "+", "％": "%", "−": "-" };
const NUMBER = /^([+-]? ?)([1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?: \d{3})+|\d+)(?:([.,])(\d+))?$/;

export const clean = (text) =>
  text.replace(/[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]/g, "")
    .normalize("NFC").replace(/Ð/g, "Đ").replace(/ð/g, "đ").split(/\s+/).filter(Boolean).join(" ");
const quote = (text) => (text.length > 40 ? `“${text.slice(0, 40)}…”` : `“${text}”`);
const key = (text) => clean(text).toLowerCase().replace(/đ/g, "d").normalize("NFD").replace(/\p{M}/gu, "");
const sentence = (error) => ({ error });

/** 1 or 0 for one key or word of yes and no; undefined for anything else. Where a threshold asks that there be none
 *  of a thing, "không" is what meets it. */
export function yesNo(spec, text) {
  const [yes, no] = spec.a ? [NOT_THERE, THERE] : [THERE, NOT_THERE];
  const said = key(text);
  return YES.includes(said) || yes.includes(said) ? 1 : NO.includes(said) || no.includes(said) ? 0 : undefined;
}

/** Ten-thousandths as a person writes them: 1.234,5. Ungrouped, as a cell takes them again: 1234,5. */
export function shown(value, grouped = true) {
  const whole = Math.floor(Math.abs(value) / UNIT);
  const rest = String(Math.abs(value) % UNIT).padStart(4, "0").replace(/0+$/, "");
  const digits = grouped ? String(whole).replace(/\B(?=(\d{3})+$)/g, ".") : String(whole);
  return (value < 0 ? "-" : "") + digits + (rest && `,${rest}`);
}

/** A number of a data attribute ("90.5") in ten-thousandths. */
export const scaled = (text) => Math.round(Number(text) * UNIT);

/** What a cell holds: {state: "empty" | "not_applicable" | "no_data" | "entered", value?, text?} or {error}. */
export function read(spec, raw) {
  const text = clean(raw);
  if (!text) return { state: "empty" };
  if (NOT_HERE.includes(key(text))) return { state: "not_applicable" };
  if (UNKNOWN.includes(key(text))) return { state: "no_data" };
  if (spec.t === "t") return text.length > 500 ? sentence("Nội dung dài quá 500 ký tự. Hãy rút gọn.") : { state: "entered", text };
  if (spec.t === "g") return grade(spec, text);
  if (spec.t !== "b") return number(spec, text);
  const value = yesNo(spec, text);
  return value === undefined ? sentence(`${quote(text)} không đọc được. Gõ Đ (đạt) hoặc C (chưa).`) : { state: "entered", value };
}

/** What to type so that `read` gives this back. */
export function again(spec, held) {
  if (held.state === "not_applicable") return "-";
  if (held.state === "no_data") return "?";
  if (held.value === undefined) return held.text ?? "";
  if (spec.t === "b") return held.value ? "Đạt" : "Chưa";
  return spec.t === "g" ? spec.grades[held.value] : shown(held.value, false);
}

function grade(spec, text) {
  const keys = spec.grades.map(key);
  const at = keys.includes(key(text)) ? keys.indexOf(key(text)) : /^\d+$/.test(text) ? Number(text) - 1 : -1;
  if (at >= 0 && at < keys.length) return { state: "entered", value: at };
  return sentence(`${quote(text)} không có trong các mức. Hãy chọn: ${spec.grades.join(", ")}.`);
}

function number(spec, typed) {
  let text = typed.replace(/[０-９]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/[，．－＋％−]/g, (c) => PLAIN[c]);
  if (spec.t === "p") text = text.replace(/%$/, "").trim();
  const parts = text.match(NUMBER);
  if (!parts || (parts[3] === "." && parts[2].includes("."))) return sentence(advice(typed, text, ...(spec.t === "p" ? ["43,5", "43,5"] : ["1.234,5", "1.234.567,8"])));
  let [, sign, whole, mark, rest = ""] = parts;
  sign = sign.replace(/[+ ]/g, "");
  let doubtful = mark === "." && rest.length === 3 && /^\d+$/.test(whole);
  if (!mark && whole.split(".").length === 2) {
    [whole, rest] = whole.split(".");
    doubtful = true;
  }
  const grouped = whole.replace(/[. ]/g, "");
  const sure = spec.t === "n" && spec.d === 0 && whole.length < 4 && !/^0/.test(whole);
  whole = grouped;
  if (doubtful && sure) [whole, rest] = [whole + rest, ""];
  else if (doubtful && whole !== "0") {
    const [one, other] = [`${sign}${whole}${rest}`, `${sign}${whole},${rest}`];
    const taken = [[one, "ngăn hàng nghìn"], [other, "thập phân"]].filter(([word]) => !number(spec, word).error).map(([word, sign]) => `${word} (nếu dấu chấm ${sign})`);
    const wanted = spec.t === "p" ? "tỷ lệ từ 0 đến 100 %, ví dụ 43,5" : "lại và kiểm tra đơn vị tính";
    return sentence(`${quote(typed)} có hai cách hiểu${taken[0] ? `. Hãy nhập lại là ${taken.join(" hoặc ")}` : `, ô này không nhận cách nào. Hãy nhập ${wanted}`}.`);
  }
  if (rest.replace(/0+$/, "").length > spec.d) {
    if (spec.t === "n" && !spec.d) return sentence(`${quote(typed)} không phải là số nguyên. Hãy nhập số không có phần thập phân.`);
    return sentence(`${quote(typed)} có quá nhiều chữ số thập phân. Hãy nhập ${spec.d ? `không quá ${spec.d} chữ số thập phân` : "số không có phần thập phân"}.`);
  }
  return ranged(spec, typed, Number(sign + whole + rest.padEnd(4, "0").slice(0, 4)));
}

function ranged(spec, typed, value) {
  if (spec.t === "p" && !(value >= 0 && value <= 100 * UNIT)) return sentence(`${quote(typed)}: tỷ lệ phải từ 0 đến 100 %.`);
  if (spec.lo !== undefined && value < spec.lo) {
    if (spec.lo === 0) return sentence(`${quote(typed)}: chỉ tiêu này không nhận số âm.`);
    return sentence(`${quote(typed)} nhỏ hơn mức thấp nhất ${shown(spec.lo)}. Hãy kiểm tra lại.`);
  }
  if (spec.hi !== undefined && value > spec.hi) return sentence(`${quote(typed)} lớn hơn mức cao nhất ${shown(spec.hi)}. Hãy kiểm tra lại.`);
  if (Math.abs(value) >= LARGEST) return sentence(`${quote(typed)} lớn quá mức có thể. Hãy kiểm tra lại đơn vị tính.`);
  return { state: "entered", value: value || 0 };
}

function advice(typed, text, small, large) {
  if (!text) return "Chưa nhập số.";
  if (/\p{L}/u.test(text)) return `${quote(typed)} không phải là số. Chỉ nhập chữ số, ví dụ ${small}.`;
  if (!/^[-+0-9., ]+$/.test(text) || !/\d/.test(text)) return `${quote(typed)} không phải là số. Chỉ nhập chữ số, dấu chấm và dấu phẩy, ví dụ ${small}.`;
  if (text.split(",").length > 2) return `${quote(typed)} có nhiều dấu phẩy. Dấu phẩy chỉ đứng trước phần thập phân, ví dụ ${large}.`;
  if (/[.,]$/.test(text) || /^[+\- ]*[.,]/.test(text)) return `${quote(typed)} thiếu chữ số trước hoặc sau dấu thập phân. Hãy nhập đủ, ví dụ 0,5.`;
  return `${quote(typed)} ngăn nhóm chữ số không đúng. Mỗi nhóm hàng nghìn có đúng ba chữ số, phần thập phân đứng sau dấu phẩy, ví dụ ${large}.`;
}

// --- judging ---
const word = (spec, at) => spec.grades[at] ?? String(at);
const amount = (spec, value) => (spec.t === "g" ? `“${word(spec, value)}”` : `${shown(value)} ${spec.t === "p" ? "%" : spec.u ?? ""}`.trim());

function said(spec, held) {
  if (held.value === undefined) return held.text || "đã nhập";
  if (spec.t === "b") return held.value ? "Đạt" : "Chưa đạt";
  return spec.t === "g" ? word(spec, held.value) : amount(spec, held.value);
}

/** The verdict with its reason, in full and in brief. */
export function judge(spec, held, chosen) {
  if (held.state === "not_applicable") return finding("not_applicable", "không áp dụng");
  const bars = spec.bars.filter((bar) => bar.key && bar.key === chosen);
  const all = bars.length ? bars : spec.bars;
  const now = said(spec, held);
  if (!all.length) return finding("not_evaluable", `${now}; chưa có ngưỡng nên chưa đánh giá được`, "chưa đánh giá được");
  return together(spec, all, all.map((bar) => against(spec, held, bar, now)), now);
}

const finding = (verdict, reason, brief = reason, distance = undefined) => ({ verdict, reason, brief, distance });

/** Cases of which none was chosen may say the same; else they ask for the case. */
function together(spec, bars, found, now) {
  const needs = [...new Set(bars.map((bar) => needed(spec, bar)))];
  const verdicts = new Set(found.map((one) => one.verdict));
  if (verdicts.size > 1) {
    const question = asked(spec, bars, needs);
    return finding("not_evaluable", `${now}; ${question}`, question.split(" “")[0]);
  }
  const nearest = found.reduce((best, one) => ((one.distance ?? 0) < (best.distance ?? 0) ? one : best));
  if (needs.length === 1 || verdicts.has("not_evaluable")) return nearest;
  const either = needs.join(" hoặc ");
  if (nearest.distance === undefined) {
    const word = nearest.verdict === "met" ? "đạt" : "chưa đạt";
    return finding(nearest.verdict, `${word}: ${now}, cần ${either}`, word);
  }
  const bar = bars[found.indexOf(nearest)];
  const missing = `${way(bar)} ít nhất ${gap(spec, nearest.distance)}`;
  return finding("not_met", `chưa đạt: ${now}, cần ${either}, ${missing}`, `chưa đạt, ${missing}`);
}

function asked(spec, bars, needs) {
  if (!bars.some((bar) => bar.case)) return `nhiều ngưỡng cùng áp dụng (${needs.join(" hoặc ")}), đề nghị tỉnh xác định`;
  return `cần chọn trường hợp ${bars.map((bar) => (bar.case ? `“${bar.case}”` : needed(spec, bar))).join(" hoặc ")}`;
}

const way = (bar) => (bar.op === "lte" ? "vượt" : "thiếu");
const gap = (spec, distance) => (spec.t === "g" ? `${distance} mức` : spec.t === "p" ? `${shown(distance)} điểm %` : amount(spec, distance));

function against(spec, held, bar, now) {
  const plain = bar.op === "yes" || bar.op === "no";
  if (bar.op === "judged" || spec.t === "t" || held.value === undefined || (bar.value === undefined && !plain)) {
    return finding("not_evaluable", `${now}; chờ sở, ngành đánh giá${bar.text && `, yêu cầu: ${bar.text}`}`, "chờ sở, ngành đánh giá");
  }
  if (FOREIGN[spec.t].includes(bar.op)) {
    const misfit = "ngưỡng không hợp với kiểu của chỉ tiêu";
    return finding("not_evaluable", `${now}; ${misfit}`, misfit);
  }
  const need = needed(spec, bar);
  if (spec.t === "b") {
    if (held.value) return finding("met", "đạt");
    const more = bar.op === "no" ? ": cần không có" : ["", "đạt", "có"].includes(bar.text.toLowerCase()) ? "" : `: cần “${bar.text}”`;
    return finding("not_met", `chưa đạt${more}`, "chưa đạt");
  }
  if (plain) {
    const met = (held.value !== 0) === (bar.op === "yes");
    const word = met ? "đạt" : "chưa đạt";
    return finding(met ? "met" : "not_met", `${word}: ${now}, cần ${need}`, word);
  }
  const distance = bar.op === "lte" ? held.value - bar.value : bar.value - held.value;
  if (distance <= 0) return finding("met", `đạt: ${now}, cần ${need}`, "đạt");
  const missing = `${way(bar)} ${gap(spec, distance)}`;
  return finding("not_met", `chưa đạt: ${now}, cần ${need}, ${missing}`, `chưa đạt, ${missing}`, distance);
}

function needed(spec, bar) {
  if (bar.op === "gte" && bar.value !== undefined) return `từ ${amount(spec, bar.value)}`;
  if (bar.op === "lte" && bar.value !== undefined) return `không quá ${amount(spec, bar.value)}`;
  if (bar.op === "grade" && bar.value !== undefined) return `xếp từ “${word(spec, bar.value)}”`;
  return bar.op === "no" ? "không có" : bar.text || "đạt";
}

/** The question about a value far from last year's; empty where there is none. */
export function doubt(spec, held, year) {
  const last = read(spec, spec.last ?? "").value;
  if (last === undefined || held.value === undefined || !"np".includes(spec.t)) return "";
  const [now, then, change] = [held.value, last, held.value - last].map(Math.abs);
  const leaps = spec.t === "n" && then && (now >= 3 * then || now * 3 <= then);
  if (spec.soft === undefined ? !leaps : change < spec.soft) return "";
  return `${held.value > last ? "Tăng" : "Giảm"} ${shown(change)} so với năm ${year - 1}. Nhấn Enter để giữ hoặc ghi lý do.`;
}

/** How an input is read and judged, from its data attributes. */
export function specOf(input) {
  const { t, a, d, lo, hi, soft, last, u, b } = input.dataset;
  const limit = (text) => (text ? scaled(text) : undefined);
  const choices = t === "g" ? [...input.options].map((one) => one.value) : [];
  const grades = choices.slice(1, choices.indexOf("-"));
  return { t, a, d: Number(d ?? 2), lo: lo === undefined ? 0 : limit(lo), hi: limit(hi), soft: limit(soft), last, u, grades, bars: bars(t, b ?? "") };
}

function bars(t, text) {
  const rows = text.startsWith("[") ? JSON.parse(text) : text ? [text.split(" ")] : [];
  return rows.map(([op, value, text = "", key = 0, name = ""]) => ({
    op, text, key, case: name, value: value ? ("np".includes(t) ? scaled(value) : Number(value)) : undefined,
  }));
}
