// A column or block of a spreadsheet: by indicator code where there are codes, else down from the cell.

import { clean, read, yesNo } from "./values.js";

/** The code that a cell of a spreadsheet means ("2.1", "2,1", "2.1."); empty for anything else. */
const codeIn = (text, sheet) => {
  const code = clean(text ?? "").replace(/,/g, ".").replace(/\.$/, "");
  return sheet.byCode.has(code) ? code : "";
};

/** {changes, notes} or {refused}. `start`: where one stands. */
export function plan(text, sheet, start) {
  const rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((line) => line.split("\t"));
  const width = Math.max(...rows.map((row) => row.length));
  if (width === 1) return down(rows.map(([raw]) => raw), sheet, start);
  const columns = [...Array(width).keys()];
  const hits = columns.map((at) => rows.filter((row) => codeIn(row[at], sheet)).length);
  const key = hits.indexOf(Math.max(...hits));
  const doubled = firstDouble(rows.map((row) => codeIn(row[key], sheet)).filter(Boolean));
  if (!hits[key]) {
    const filled = columns.filter((at) => rows.some((row) => clean(row[at] ?? "")));
    if (filled.length === 1) return down(rows.map((row) => row[filled[0]] ?? ""), sheet, start);
    return { refused: "Vùng dán có nhiều cột nhưng không có cột mã chỉ tiêu. Hãy chép kèm cột mã, hoặc chỉ chép một cột số." };
  }
  if (doubled) return { refused: `Mã ${doubled} có hai dòng trong vùng dán nên không biết lấy dòng nào. Hãy sửa trong Excel rồi dán lại.` };
  return coded(rows, key, valueColumn(rows, key, columns, sheet), sheet);
}

const firstDouble = (codes) => codes.find((code, at) => codes.indexOf(code) < at);

/** The column named after the year; else the one that reads best as values, of several the last. */
function valueColumn(rows, key, columns, sheet) {
  const head = rows.find((row) => !codeIn(row[key], sheet)) ?? [];
  const named = columns.filter((at) => at !== key && clean(head[at] ?? "").includes(String(sheet.year)));
  if (named.length === 1) return named[0];
  const score = (at) =>
    rows.filter((row) => {
      const cell = sheet.byCode.get(codeIn(row[key], sheet));
      return cell && clean(row[at] ?? "") && !read(cell.spec, row[at]).error;
    }).length;
  return columns.filter((at) => at !== key).reduce((best, at) => (score(at) >= score(best) && score(at) ? at : best), key === 0 ? 1 : 0);
}

function coded(rows, key, at, sheet) {
  const found = rows.map((row) => [sheet.byCode.get(codeIn(row[key], sheet)), row[at] ?? "", clean(row[key] ?? "")]);
  const first = found.findIndex(([cell]) => cell);
  // Headings and empty lines are no loss; every other value that finds no indicator is named.
  const isHead = ([, raw, code], line) => line < first && !/\d/.test(code) && (raw.includes(sheet.year) || (/\p{L}/u.test(raw) && yesNo({}, raw) === undefined));
  const lost = found.filter((row, line) => !row[0] && clean(row[1]) && !isHead(row, line)).map((row) => row[2] || "(trống)");
  return gathered(found.filter(([cell]) => cell), lost.length && `${lost.length} dòng không khớp mã: ${lost.slice(0, 5).join(", ")}${lost[5] ? "…" : ""}`);
}

function down(values, sheet, start) {
  const open = sheet.cells.filter((cell) => !cell.row.hidden);
  const from = Math.max(open.indexOf(start), 0);
  return gathered(values.map((raw, at) => [open[from + at], raw]).filter(([cell]) => cell), from + values.length > open.length && `${from + values.length - open.length} dòng thừa bỏ qua`);
}

function gathered(pairs, lost) {
  const given = pairs.filter(([, raw]) => clean(raw));
  const changes = given.filter(([cell]) => !cell.closed).map(([cell, raw]) => ({ cell, raw: clean(raw) }));
  const closed = given.length - changes.length;
  const notes = [closed && `${closed} ô khóa bỏ qua`, lost].filter(Boolean);
  return { changes, notes };
}
