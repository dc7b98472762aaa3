// What a map shows, decoded: discs, accounts, links, in units of the world.
import { counted, filled } from "./words.js";

const KINDS = { f4: Float32Array, u2: Uint16Array, u4: Uint32Array };

function unpacked(text, kind) {
  const bytes = atob(text);
  const buffer = new Uint8Array(bytes.length);
  for (let n = 0; n < bytes.length; n += 1) buffer[n] = bytes.charCodeAt(n);
  return new KINDS[kind](buffer.buffer);
}

function scaled(whole, side) {
  const out = new Float32Array(whole.length);
  for (let n = 0; n < out.length; n += 1) out[n] = (whole[n] / 65535) * side;
  return out;
}

// `data` is the figure's island: packed numbers, names, rows of the table (one a community).
export function sceneOf(data, words) {
  const { packed, names, degree, rows } = data;
  const index = packed.wide ? "u4" : "u2";
  const discs = unpacked(packed.discs, "f4");
  const first = new Int32Array(rows.length + 1);
  rows.forEach((row, n) => { first[n + 1] = first[n] + row[1]; });
  const labels = rows.map((row) => ({
    title: filled(words.community, { number: row[0] }),
    note: counted(words.accounts, row[1], words.lang),
    short: String(row[0]),
  }));
  return {
    width: packed.width, height: packed.height, count: rows.length, rows, names, degree, labels, discs, first,
    x: scaled(unpacked(packed.x, "u2"), packed.width), y: scaled(unpacked(packed.y, "u2"), packed.height),
    a: unpacked(packed.a, index), b: unpacked(packed.b, index),
    links: packed.first, bundles: packed.bundles,
  };
}

// The view that shows the whole map in a box: screen = world * s + (x, y).
export function fitted(scene, width, height) {
  const edge = Math.min(46, width * 0.07, height * 0.09);
  const s = Math.min((width - 2 * edge) / scene.width, (height - 2 * edge) / scene.height, 22);
  return { s, x: (width - scene.width * s) / 2, y: (height - scene.height * s) / 2 };
}

// The community under a point of the world, or -1; `reach` is how far beside still counts.
export function communityAt(scene, x, y, reach) {
  for (let n = 0; n < scene.count; n += 1) {
    const dx = x - scene.discs[3 * n];
    const dy = y - scene.discs[3 * n + 1];
    const r = scene.discs[3 * n + 2] + reach;
    if (dx * dx + dy * dy <= r * r) return n;
  }
  return -1;
}

// The account of a community nearest to a point of the world, within `reach`, or -1.
export function accountAt(scene, community, x, y, reach) {
  let best = -1;
  let least = reach * reach;
  for (let n = scene.first[community]; n < scene.first[community + 1]; n += 1) {
    const d = (scene.x[n] - x) ** 2 + (scene.y[n] - y) ** 2;
    if (d <= least) { best = n; least = d; }
  }
  return best;
}

// The ends of all links of an account.
export function neighbours(scene, account) {
  const found = [];
  for (let n = 0; n < scene.a.length; n += 1) {
    if (scene.a[n] === account) found.push(scene.b[n]);
    else if (scene.b[n] === account) found.push(scene.a[n]);
  }
  return found;
}
