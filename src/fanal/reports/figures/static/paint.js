// Draws a scene on a 2D context, in pieces short enough to leave the page its breath.
import { colourOfRank } from "./colours.js";

const PIECE = 1500;
const TAU = 2 * Math.PI;
// Accounts this many pixels apart: lines between communities are drawn one by one.
const SINGLE = 9;

export function dotRadius(s) {
  return Math.max(0.6, Math.min(7, s * 0.29));
}

function bundleWidth(count) {
  return Math.min(7, 0.6 + Math.log2(1 + count) * 0.55);
}

export function drawBundles(ctx, scene, view, colours, only = -1) {
  ctx.strokeStyle = only < 0 ? colours.soft : colours.lamp;
  ctx.globalAlpha = only < 0 ? 0.32 : 0.85;
  ctx.lineCap = "round";
  for (let n = 0; n < scene.bundles.length; n += 3) {
    const [a, b, count] = [scene.bundles[n], scene.bundles[n + 1], scene.bundles[n + 2]];
    if (only >= 0 && a !== only && b !== only) continue;
    ctx.lineWidth = bundleWidth(count);
    ctx.beginPath();
    ctx.moveTo(scene.discs[3 * a] * view.s + view.x, scene.discs[3 * a + 1] * view.s + view.y);
    ctx.lineTo(scene.discs[3 * b] * view.s + view.x, scene.discs[3 * b + 1] * view.s + view.y);
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
function* drawLinks(ctx, scene, view, from, to) {
  const { x, y, a, b } = scene;
  for (let begin = from; begin < to; begin += PIECE) {
    const end = Math.min(to, begin + PIECE);
    ctx.beginPath();
    for (let n = begin; n < end; n += 1) {
      ctx.moveTo(x[a[n]] * view.s + view.x, y[a[n]] * view.s + view.y);
      ctx.lineTo(x[b[n]] * view.s + view.x, y[b[n]] * view.s + view.y);
    }
    ctx.stroke();
    yield;
  }
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
export function linkOpacity(scene, n) {
  const links = scene.links[n + 1] - scene.links[n];
  const size = scene.first[n + 1] - scene.first[n];
  return Math.max(0.1, Math.min(0.55, (2.2 * size) / Math.max(1, links)));
}

// All of the map; with `links` false the lines within communities are left for later.
export function* painted(ctx, scene, view, size, colours, links) {
  const single = links && view.s >= SINGLE;
  if (!single) drawBundles(ctx, scene, view, colours);
  else {
    ctx.strokeStyle = colours.soft;
    ctx.lineWidth = 0.7;
    ctx.globalAlpha = 0.3;
    yield* drawLinks(ctx, scene, view, scene.links[scene.count], scene.a.length);
    ctx.globalAlpha = 1;
  }
  drawDiscs(ctx, scene, view, size, colours);
  yield;
  for (let n = 0; n < scene.count; n += 1) {
    if (!seen(scene, n, view, size)) continue;
    if (links) {
      ctx.strokeStyle = colourOfRank(colours, n);
      ctx.lineWidth = view.s < 6 ? 0.5 : 0.9;
      ctx.globalAlpha = linkOpacity(scene, n);
      yield* drawLinks(ctx, scene, view, scene.links[n], scene.links[n + 1]);
      ctx.globalAlpha = 1;
    }
    drawDots(ctx, scene, view, size, colours, n);
    if (n % 16 === 15) yield;
  }
}

export function drawLabels(ctx, labels, colours) {
  ctx.lineJoin = "round";
  ctx.textBaseline = "top";
  for (const label of labels) {
    const x = { center: label.x + label.w / 2, left: label.x, right: label.x + label.w }[label.align];
    ctx.textAlign = label.align;
    ctx.strokeStyle = colours.paper;
    ctx.lineWidth = 3;
    ctx.font = `600 12px ${colours.sans}`;
    ctx.strokeText(label.title, x, label.y);
    ctx.fillStyle = colours.ink;
    ctx.fillText(label.title, x, label.y);
    if (!label.note) continue;
    ctx.font = `400 11px ${colours.sans}`;
    ctx.strokeText(label.note, x, label.y + 15);
    ctx.fillStyle = colours.soft;
    ctx.fillText(label.note, x, label.y + 15);
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
