// Labels that do not collide: with each other, with discs, with the edge.

const LARGE = 26;
const MOST = 48;

function meets(box, other) {
  return box.x < other.x + other.w && other.x < box.x + box.w && box.y < other.y + other.h && other.y < box.y + box.h;
}

function meetsDisc(box, cx, cy, r) {
  const dx = cx - Math.max(box.x, Math.min(cx, box.x + box.w));
  const dy = cy - Math.max(box.y, Math.min(cy, box.y + box.h));
  return dx * dx + dy * dy < r * r;
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
export function labelsIn(scene, view, size, widthOf, wanted) {
  const discs = [];
  for (let n = 0; n < scene.count; n += 1) {
    const cx = scene.discs[3 * n] * view.s + view.x;
    const cy = scene.discs[3 * n + 1] * view.s + view.y;
    const r = scene.discs[3 * n + 2] * view.s;
    if (cx + r > 0 && cy + r > 0 && cx - r < size.width && cy - r < size.height) discs.push([cx, cy, r, n]);
  }
  discs.sort((one, other) => (other[3] === wanted) - (one[3] === wanted));
  const placed = [];
  for (const [cx, cy, r, n] of discs.slice(0, 4 * MOST)) {
    if (placed.length >= MOST) break;
    const label = scene.labels[n];
    const long = r >= LARGE || n === wanted || size.sparse;
    const forms = long ? [[label.title, label.note], [label.short, ""]] : r >= 7 ? [[label.short, ""]] : [];
    for (const [title, note] of forms) {
      const w = Math.max(widthOf(title, true), note ? widthOf(note, false) : 0) + 4;
      const box = places(cx, cy, r, w, note ? 29 : 15).find((one) => clear(one, placed, discs, size));
      if (box) {
        placed.push({ ...box, title, note, rank: n });
        break;
      }
    }
  }
  return placed;
}
