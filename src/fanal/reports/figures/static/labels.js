// Labels that do not collide: with each other, with discs, with the edge.

// Up to this many communities all may have their name.
export const SPARSE = 30;
const LARGE = 26;
const MOST = 160;

function meets(box, other) {
  return box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h;
}

function meetsDisc(box, cx, cy, r) {
  const dx = cx - Math.max(box.x, Math.min(cx, box.x + box.w));
  const dy = cy - Math.max(box.y, Math.min(cy, box.y + box.h));
  return dx * dx + dy * dy < r * r;
}

// A number stands in the middle of its disc where names do not fit beside discs.
function middle(cx, cy, w) {
  return { x: cx - w / 2, y: cy - 7, w, h: 15, align: "center" };
}

// Above, below, right, left of a disc.
function places(cx, cy, r, w, h) {
  return [
    { x: cx - w / 2, y: cy - r - h - 4, w, h, align: "center" },
    { x: cx - w / 2, y: cy + r + 4, w, h, align: "center" },
    { x: cx + r + 6, y: cy - h / 2, w, h, align: "left" },
    { x: cx - r - w - 6, y: cy - h / 2, w, h, align: "right" },
  ];
}

function clear(box, placed, discs, size) {
  if (box.x < 4 || box.y < 4 || box.x + box.w > size.width - 4 || box.y + box.h > size.height - 4) return false;
  if (placed.some((other) => meets(box, other))) return false;
  return !discs.some(([cx, cy, r]) => meetsDisc(box, cx, cy, r + 1));
}

// The labels to draw in a view, the largest communities first; `widthOf(text, bold)` in pixels.
// Names stand beside discs and have a note; numbers, when asked for, within.
export function labelsIn(scene, view, size, widthOf, wanted, numbers = true) {
  const discs = [];
  for (let n = 0; n < scene.count; n += 1) {
    const cx = scene.discs[3 * n] * view.s + view.x;
    const cy = scene.discs[3 * n + 1] * view.s + view.y;
    const r = scene.discs[3 * n + 2] * view.s;
    if (cx + r > 0 && cy + r > 0 && cx - r < size.width && cy - r < size.height) discs.push([cx, cy, r, n]);
  }
  discs.sort((one, other) => (other[3] === wanted) - (one[3] === wanted));
  const placed = [];
  for (const [cx, cy, r, n] of discs.slice(0, MOST)) {
    const label = scene.labels[n];
    const long = Math.max(widthOf(label.title, true), widthOf(label.note, false)) + 4;
    const named = (r >= LARGE || n === wanted || size.sparse)
      && places(cx, cy, r, long, 29).find((one) => clear(one, placed, discs, size));
    if (named) { placed.push({ ...named, title: label.title, note: label.note, rank: n }); continue; }
    if (!numbers) continue;
    const short = widthOf(label.short, true) + 4;
    const beside = size.sparse && places(cx, cy, r, short, 15).find((one) => clear(one, placed, discs, size));
    if (beside) { placed.push({ ...beside, title: label.short, note: "", rank: n }); continue; }
    const box = middle(cx, cy, short);
    const inside = box.x > 4 && box.y > 4 && box.x + short < size.width - 4 && box.y < size.height - 19;
    if (r * 2 > short + 2 && r > 8 && inside && !placed.some((other) => meets(box, other))) {
      placed.push({ ...box, title: label.short, note: "", rank: n });
    }
  }
  return placed;
}
