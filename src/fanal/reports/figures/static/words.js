// Words come with the figure; here they are only filled in.

export function filled(template, fields) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(fields, name) ? String(fields[name]) : whole));
}

export function numberIn(lang, value) {
  return new Intl.NumberFormat(lang).format(value);
}

// "one link|{count} links": the first form for one (in French, for none too).
export function counted(template, count, lang) {
  const cut = template.lastIndexOf("|");
  const single = count === 1 || (lang === "fr" && count === 0);
  const form = cut < 0 ? template : single ? template.slice(0, cut) : template.slice(cut + 1);
  return filled(form, { count: numberIn(lang, count) });
}

// Text for XML: escaped, without what XML cannot hold.
export function xml(text) {
  const kept = String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
  return kept.replace(/[&<>"']/g, (one) => `&#${one.codePointAt(0)};`);
}
