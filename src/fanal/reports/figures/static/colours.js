// The colours of a picture: the page's custom properties, or those of paper.

export const PAPER = {
  paper: "#fdfcf8", ink: "#1d1b17", soft: "#5d574c", rule: "#d8d2c4", wash: "#f4f0e6", lamp: "#8f3f0b",
  s0: "#003c75", s1: "#791a0f", s2: "#509d68", s3: "#c163a9", s4: "#a18828",
};
const SANS = 'Inter, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif';

// The colours of the element as it is now; those of paper where a property is missing.
export function coloursOf(element) {
  const style = getComputedStyle(element);
  const found = { sans: style.getPropertyValue("--sans").trim() || SANS };
  for (const name of Object.keys(PAPER)) {
    found[name] = style.getPropertyValue(`--${name}`).trim() || PAPER[name];
  }
  return found;
}

export function paperColours() {
  return { ...PAPER, sans: SANS };
}

// Communities by rank: five have a colour of their own, the others are told by their number.
export function colourOfRank(colours, rank) {
  return rank < 5 ? colours[`s${rank}`] : colours.soft;
}

// A picture of the page as it looks on paper: custom properties become values.
export function onPaper(markup) {
  return markup.replace(/var\(--([\w-]+)\)/g, (whole, name) =>
    name === "sans" ? SANS.replaceAll('"', "'") : PAPER[name] || PAPER.ink);
}
