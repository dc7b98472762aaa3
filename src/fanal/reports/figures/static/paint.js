// Draws a scene on a 2D context, in pieces short enough to leave the page its breath.
import { colourOfRank } from "./colours.js";

const PIECE = 400;
const TAU = 2 * Math.PI;
// Accounts this many pixels apart: lines between communities are drawn one by one.
const SINGLE = 9;

export function dotRadius(s) {
  return Math.max(0.6, Math.min(7, s * 0.29));
}

export function bundleWidth(count) {
  return Math.min(6, Math.round(2 * (0.6 + Math.log2(1 + count) * 0.5)) / 2);
}

// How dark lines may be so that they stay a veil: many are faint, few are plain.
// `coverage`: what they would cover, laid side by side, of the place they lie in.
export function veil(coverage, darkness, most) {
  return Math.max(0.014, Math.min(most, darkness / Math.max(coverage, 1e-6)));
}

export function bundleOpacity(scene, s) {
  let ink = 0;
  for (let n = 0; n < scene.bundles.length; n += 3) {
    const [a, b] = [3 * scene.bundles[n], 3 * scene.bundles[n + 1]];
    ink += Math.hypot(scene.discs[a] - scene.discs[b], scene.discs[a + 1] - scene.discs[b + 1]) * bundleWidth(scene.bundles[n + 2]);
  }
  return veil(ink / (scene.width * scene.height * s), 0.15, 0.34);
}

// Lines between communities, the thinnest first.
export function* drawBundles(ctx, scene, view, colours) {
  ctx.strokeStyle = colours.soft;
  ctx.globalAlpha = bundleOpacity(scene, view.s);
  ctx.lineCap = "round";
  for (let n = 0; n < scene.bundles.length; n += 3) {
    const [a, b] = [3 * scene.bundles[n], 3 * scene.bundles[n + 1]];
    ctx.lineWidth = bundleWidth(scene.bundles[n + 2]);
    ctx.beginPath();
    ctx.moveTo(scene.discs[a] * view.s + view.x, scene.discs[a + 1] * view.s + view.y);
    ctx.lineTo(scene.discs[b] * view.s + view.x, scene.discs[b + 1] * view.s + view.y);
    ctx.stroke();
    if (n % 600 === 0) yield;
  }
  ctx.globalAlpha = 1;
}

// Lines of one community, from edge to edge of the discs.
export function drawBundlesOf(ctx, scene, view, colours, rank) {
  const own = [];
  for (let n = 0; n < scene.bundles.length; n += 3) {
    if (scene.bundles[n] === rank || scene.bundles[n + 1] === rank) own.push(n);
  }
  ctx.strokeStyle = colours.lamp;
  ctx.globalAlpha = Math.max(0.22, Math.min(0.75, 14 / own.length));
  for (const n of own) {
    const [a, b] = [3 * scene.bundles[n], 3 * scene.bundles[n + 1]];
    const [dx, dy] = [scene.discs[b] - scene.discs[a], scene.discs[b + 1] - scene.discs[a + 1]];
    const far = Math.hypot(dx, dy) || 1;
    const [from, to] = [scene.discs[a + 2] / far, 1 - scene.discs[b + 2] / far];
    ctx.lineWidth = bundleWidth(scene.bundles[n + 2]);
    ctx.beginPath();
    ctx.moveTo((scene.discs[a] + dx * from) * view.s + view.x, (scene.discs[a + 1] + dy * from) * view.s + view.y);
    ctx.lineTo((scene.discs[a] + dx * to) * view.s + view.x, (scene.discs[a + 1] + dy * to) * view.s + view.y);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

function drawDiscs(ctx, scene, view, size, colours) {
  for (let n = 0; n < scene.count; n += 1) {
    const x = scene.discs[3 * n] * view.s + view.x;
    const y = scene.discs[3 * n + 1] * view.s + view.y;
    const r = scene.discs[3 * n + 2] * view.s;
    if (x + r < 0 || y + r < 0 || x - r > size.width || y - r > size.height) continue;
    ctx.beginPath();
    ctx.arc(x, y, r, 0, TAU);
    ctx.fillStyle = colours.paper;
    ctx.fill();
    ctx.fillStyle = colourOfRank(colours, n);
    ctx.globalAlpha = 0.09;
    ctx.fill();
    ctx.globalAlpha = 0.55;
    ctx.lineWidth = r > 10 ? 1 : 0.6;
    ctx.strokeStyle = ctx.fillStyle;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

function seen(scene, n, view, size) {
  const x = scene.discs[3 * n] * view.s + view.x;
  const y = scene.discs[3 * n + 1] * view.s + view.y;
  const r = scene.discs[3 * n + 2] * view.s;
  return x + r > 0 && y + r > 0 && x - r < size.width && y - r < size.height;
}

// Links from..to of the scene, a piece at a time.
function* drawLinks(ctx, scene, view, size, from, to) {
  const { x, y, a, b } = scene;
  let lines = 0;
  ctx.beginPath();
  for (let n = from; n < to; n += 1) {
    const x1 = x[a[n]] * view.s + view.x;
    const x2 = x[b[n]] * view.s + view.x;
    if ((x1 < 0 && x2 < 0) || (x1 > size.width && x2 > size.width)) continue;
    const y1 = y[a[n]] * view.s + view.y;
    const y2 = y[b[n]] * view.s + view.y;
    if ((y1 < 0 && y2 < 0) || (y1 > size.height && y2 > size.height)) continue;
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    lines += 1;
    if (lines % PIECE) continue;
    ctx.stroke();
    yield;
    ctx.beginPath();
  }
  ctx.stroke();
}

function drawDots(ctx, scene, view, size, colours, n) {
  const r = dotRadius(view.s);
  ctx.fillStyle = colourOfRank(colours, n);
  ctx.beginPath();
  for (let m = scene.first[n]; m < scene.first[n + 1]; m += 1) {
    const x = scene.x[m] * view.s + view.x;
    const y = scene.y[m] * view.s + view.y;
    if (x < -r || y < -r || x > size.width + r || y > size.height + r) continue;
    if (r < 1.6) ctx.rect(x - r, y - r, 2 * r, 2 * r);
    else { ctx.moveTo(x + r, y); ctx.arc(x, y, r, 0, TAU); }
  }
  ctx.fill();
}

// Lines within a community are the fainter the more there are.
export function linkOpacity(scene, n, s, width) {
  const links = scene.links[n + 1] - scene.links[n];
  const r = scene.discs[3 * n + 2] * s;
  return veil((links * 0.9 * r * width) / (Math.PI * r * r), 0.42, 0.6);
}

// Lines between communities one by one: only close by, and only where they are no fog.
function oneByOne(scene, view, size) {
  const lines = scene.a.length - scene.links[scene.count];
  return view.s >= SINGLE && (lines * 0.7 * size.height) / (size.width * size.height) < 1.5;
}

// All of the map; with `links` false the lines within communities are left for later.
export function* painted(ctx, scene, view, size, colours, links) {
  if (!links || !oneByOne(scene, view, size)) yield* drawBundles(ctx, scene, view, colours);
  else {
    ctx.strokeStyle = colours.soft;
    ctx.lineWidth = 0.7;
    ctx.globalAlpha = 0.35;
    yield* drawLinks(ctx, scene, view, size, scene.links[scene.count], scene.a.length);
    ctx.globalAlpha = 1;
  }
  drawDiscs(ctx, scene, view, size, colours);
  yield;
  for (let n = 0; n < scene.count; n += 1) {
    if (!seen(scene, n, view, size)) continue;
    if (links) {
      ctx.strokeStyle = colourOfRank(colours, n);
      ctx.lineWidth = view.s < 6 ? 0.5 : 0.9;
      ctx.globalAlpha = linkOpacity(scene, n, view.s, ctx.lineWidth);
      yield* drawLinks(ctx, scene, view, size, scene.links[n], scene.links[n + 1]);
      ctx.globalAlpha = 1;
    }
    drawDots(ctx, scene, view, size, colours, n);
    if (n % 16 === 15) yield;
  }
}

// A label as a small picture: outlined text is slow to draw anew for each frame.
function spriteOf(label, colours, ratio) {
  const sheet = document.createElement("canvas");
  sheet.width = Math.ceil((label.w + 8) * ratio);
  sheet.height = Math.ceil((label.h + 8) * ratio);
  const ctx = sheet.getContext("2d");
  ctx.scale(ratio, ratio);
  ctx.lineJoin = "round";
  ctx.textBaseline = "top";
  ctx.textAlign = label.align;
  const x = { center: 4 + label.w / 2, left: 4, right: 4 + label.w }[label.align];
  const lines = [[label.title, 600, 12, 4, colours.ink], [label.note, 400, 11, 19, colours.soft]];
  for (const [text, weight, pixels, y, colour] of lines) {
    ctx.font = `${weight} ${pixels}px ${colours.sans}`;
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 3;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }
  return sheet;
}

export function drawLabels(ctx, labels, colours, sprites, ratio) {
  for (const label of labels) {
    const key = `${label.align} ${label.title} ${label.note}`;
    if (!sprites.has(key)) sprites.set(key, spriteOf(label, colours, ratio));
    const sprite = sprites.get(key);
    ctx.drawImage(sprite, Math.round(label.x - 4), Math.round(label.y - 4), sprite.width / ratio, sprite.height / ratio);
  }
}

// What the reader points at or has chosen: a ring, its bundles, an account and its links.
export function drawMarked(ctx, scene, view, colours, rank, account, ends) {
  if (rank >= 0) {
    ctx.beginPath();
    ctx.arc(scene.discs[3 * rank] * view.s + view.x, scene.discs[3 * rank + 1] * view.s + view.y,
      scene.discs[3 * rank + 2] * view.s + 2, 0, TAU);
    ctx.lineWidth = 2.5;
    ctx.strokeStyle = colours.lamp;
    ctx.stroke();
  }
  if (account < 0) return;
  const at = (n) => [scene.x[n] * view.s + view.x, scene.y[n] * view.s + view.y];
  ctx.strokeStyle = colours.ink;
  ctx.lineWidth = 1;
  ctx.globalAlpha = 0.7;
  ctx.beginPath();
  for (const end of ends) { ctx.moveTo(...at(account)); ctx.lineTo(...at(end)); }
  ctx.stroke();
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.arc(...at(account), dotRadius(view.s) + 2.5, 0, TAU);
  ctx.lineWidth = 2;
  ctx.stroke();
}
