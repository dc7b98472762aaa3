// A figure as one picture that can stand alone: title, drawing, caption, source.
import { PAPER, onPaper, paperColours } from "./colours.js";
import { xml } from "./words.js";

const EDGE = 32;

function lines(text, font, width) {
  const ctx = document.createElement("canvas").getContext("2d");
  ctx.font = font;
  const found = [""];
  for (const word of text.split(/\s+/)) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (found.at(-1) && ctx.measureText(longer).width > width) found.push(word);
    else found[found.length - 1] = longer;
  }
  return found.filter(Boolean);
}

function written(text, size, weight, colour, top, width) {
  const { sans } = paperColours();
  const found = lines(text, `${weight} ${size}px ${sans}`, width);
  const step = Math.round(size * 1.45);
  const markup = found.map((line, n) =>
    `<text x="${EDGE}" y="${top + size + n * step}" font-size="${size}" font-weight="${weight}" fill="${colour}">${xml(line)}</text>`).join("");
  return { markup, bottom: top + found.length * step };
}

// What the figure draws: the map's twin, an SVG in the page, or one kept for saving.
function drawing(figure, map) {
  if (map) return map.twin();
  const kept = figure.querySelector("template[data-picture-of]");
  const svg = (kept ? kept.content : figure).querySelector("svg");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const serial = new XMLSerializer();
  const markup = [...svg.childNodes].map((node) => serial.serializeToString(node)).join("");
  return { markup: onPaper(markup), width, height };
}

export function pictureOf(figure, words, map) {
  const { markup, width, height } = drawing(figure, map);
  const whole = width + 2 * EDGE;
  const title = written(words.title, 17, 600, PAPER.ink, EDGE - 6, width);
  const top = title.bottom + 14;
  const caption = written(words.caption, 12.5, 400, PAPER.ink, top + height + 16, width);
  const source = written(words.source, 11, 400, PAPER.soft, caption.bottom + 4, width);
  const bottom = Math.round(source.bottom + EDGE - 10);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${bottom}" viewBox="0 0 ${whole} ${bottom}"`
    + ` role="img" font-family="${xml(paperColours().sans)}"><title>${xml(words.title)}</title><desc>${xml(words.alt)}</desc>`
    + `<rect width="100%" height="100%" fill="${PAPER.paper}"/>${title.markup}`
    + `<svg x="${EDGE}" y="${top}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" overflow="visible">${markup}</svg>`
    + `${caption.markup}${source.markup}</svg>`;
  return { svg, width: whole, height: bottom };
}

// Twice its size in dots, as a blob; the drawing loads nothing.
export async function pngOf(picture) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * picture.width;
  canvas.height = 2 * picture.height;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("toBlob"))), "image/png");
  });
}
