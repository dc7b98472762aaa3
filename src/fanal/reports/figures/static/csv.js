// A table as a spreadsheet of the page's language reads it: no cell is ever a formula.

const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function cell(value, lang) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return lang === "fr" ? String(value).replace(".", ",") : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[";,\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// UTF-8 with its mark; ";" and a decimal comma in French, "," and a point elsewhere.
export function csvOf(columns, rows, lang) {
  const mark = lang === "fr" ? ";" : ",";
  return `\ufeff${[columns, ...rows].map((row) => row.map((one) => cell(one, lang)).join(mark)).join("\r\n")}\r\n`;
}
