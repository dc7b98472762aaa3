// The map as SVG: whole, as it looks before anyone moves it.
import { colourOfRank } from "./colours.js";
import { SPARSE, labelsIn } from "./labels.js";
import { bundleOpacity, bundleWidth, dotRadius, linkOpacity } from "./paint.js";
import { xml } from "./words.js";

const NARROWEST = 640;
const WIDEST = 1200;
const ROOM = 52;
const round = (value) => Math.round(value * 10) / 10;

function bundles(scene, view, at, colours) {
  let out = `<g stroke="${colours.soft}" stroke-opacity="${bundleOpacity(scene, view.s).toFixed(3)}" stroke-linecap="round">`;
  for (let n = 0; n < scene.bundles.length; n += 3) {
    const [a, b, count] = [scene.bundles[n], scene.bundles[n + 1], scene.bundles[n + 2]];
    const [x1, y1] = at(scene.discs[3 * a], scene.discs[3 * a + 1]);
    const [x2, y2] = at(scene.discs[3 * b], scene.discs[3 * b + 1]);
    out += `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke-width="${bundleWidth(count)}"/>`;
  }
  return `${out}</g>`;
}

// One path is one veil: its lines do not darken each other, so it may be darker than on screen.
function veiled(scene, n, view) {
  return Math.min(0.5, Math.max(0.22, linkOpacity(scene, n, view.s, 0.6))).toFixed(2);
}

function community(scene, n, view, at, colours) {
  const colour = colourOfRank(colours, n);
  const [cx, cy] = at(scene.discs[3 * n], scene.discs[3 * n + 1]);
  const r = round(scene.discs[3 * n + 2] * view.s);
  const lines = [];
  for (let m = scene.links[n]; m < scene.links[n + 1]; m += 1) {
    const [x1, y1] = at(scene.x[scene.a[m]], scene.y[scene.a[m]]);
    const [x2, y2] = at(scene.x[scene.b[m]], scene.y[scene.b[m]]);
    lines.push(`M${x1} ${y1}L${x2} ${y2}`);
  }
  const dots = [];
  for (let m = scene.first[n]; m < scene.first[n + 1]; m += 1) dots.push(`M${at(scene.x[m], scene.y[m]).join(" ")}h0`);
  return `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${colours.paper}"/>`
    + `<circle cx="${cx}" cy="${cy}" r="${r}" fill="${colour}" fill-opacity=".09" stroke="${colour}" stroke-opacity=".55"/>`
    + `<path d="${lines.join("")}" fill="none" stroke="${colour}" stroke-width=".6" stroke-opacity="${veiled(scene, n, view)}"/>`
    + `<path d="${dots.join("")}" stroke="${colour}" stroke-width="${round(2 * dotRadius(view.s))}" stroke-linecap="round"/>`;
}

function labels(placed, colours) {
  const anchors = { center: "middle", left: "start", right: "end" };
  return placed.map((one) => {
    const x = round({ center: one.x + one.w / 2, left: one.x, right: one.x + one.w }[one.align]);
    const common = `x="${x}" text-anchor="${anchors[one.align]}" stroke="${colours.paper}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"`;
    const note = one.note ? `<text ${common} y="${round(one.y + 26)}" font-size="11" fill="${colours.soft}">${xml(one.note)}</text>` : "";
    return `<text ${common} y="${round(one.y + 11)}" font-size="12" font-weight="600" fill="${colours.ink}">${xml(one.title)}</text>${note}`;
  }).join("");
}

// Returns {markup, width, height}: an SVG's content and its size.
export function mapTwin(scene, colours) {
  const s = Math.min((WIDEST - 2 * ROOM) / scene.width, 34);
  const width = Math.round(Math.max(NARROWEST, scene.width * s + 2 * ROOM));
  const height = Math.round(scene.height * s + 2 * ROOM);
  const view = { s, x: (width - scene.width * s) / 2, y: ROOM };
  const at = (x, y) => [round(x * view.s + view.x), round(y * view.s + view.y)];
  const ctx = document.createElement("canvas").getContext("2d");
  const widthOf = (text, bold) => {
    ctx.font = `${bold ? 600 : 400} 12px ${colours.sans}`;
    return ctx.measureText(text).width;
  };
  let markup = bundles(scene, view, at, colours);
  for (let n = 0; n < scene.count; n += 1) markup += community(scene, n, view, at, colours);
  markup += labels(labelsIn(scene, view, { width, height, sparse: scene.count <= SPARSE }, widthOf, -1), colours);
  return { markup, width, height };
}
