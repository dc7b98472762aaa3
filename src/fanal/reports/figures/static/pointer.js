// Mouse, fingers and keys become movements of a map.
//
// The wheel zooms only where the map has the focus, or with Ctrl: a page must scroll past it.
// One finger scrolls the page up and down and moves the map sideways; two move and zoom it.

const STEP = 60;
const FACTOR = 1.25;

function keyed(event, moves) {
  const keys = {
    ArrowLeft: () => moves.pan(STEP, 0), ArrowRight: () => moves.pan(-STEP, 0),
    ArrowUp: () => moves.pan(0, STEP), ArrowDown: () => moves.pan(0, -STEP),
    "+": () => moves.zoom(FACTOR), "=": () => moves.zoom(FACTOR), "-": () => moves.zoom(1 / FACTOR),
    0: () => moves.reset(), Home: () => moves.reset(),
    PageDown: () => moves.next(1), PageUp: () => moves.next(-1), Enter: () => moves.next(0), Escape: () => moves.choose(-1),
  };
  if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
}

function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function spread(touches) {
  const [one, other] = touches;
  return {
    x: (one.clientX + other.clientX) / 2, y: (one.clientY + other.clientY) / 2,
    apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1,
  };
}

function fingers(canvas, moves, signal) {
  let before = null;
  canvas.addEventListener("touchmove", (event) => {
    if (event.touches.length !== 2) { before = null; return; }
    event.preventDefault();
    const now = spread(event.touches);
    if (before) {
      moves.pan(now.x - before.x, now.y - before.y);
      moves.zoom(now.apart / before.apart, ...place(canvas, { clientX: now.x, clientY: now.y }));
    }
    before = now;
  }, { passive: false, signal });
  canvas.addEventListener("touchend", () => { before = null; }, { signal });
}

export function listen(canvas, moves, signal) {
  const on = (name, does, options = {}) => canvas.addEventListener(name, does, { signal, ...options });
  let held = null;
  const down = new Set();
  const up = (event) => { down.delete(event.pointerId); held = null; };
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    down.add(event.pointerId);
    held = down.size > 1 ? null : { x: event.clientX, y: event.clientY, far: false };
    if (event.pointerType === "mouse") canvas.setPointerCapture(event.pointerId);
  });
  on("pointermove", (event) => {
    if (down.size > 1) return; // two fingers: see above
    if (!held) { moves.point(...place(canvas, event)); return; }
    const [dx, dy] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.far && Math.hypot(dx, dy) < 4) return;
    held = { x: event.clientX, y: event.clientY, far: true };
    moves.pan(dx, event.pointerType === "mouse" ? dy : 0);
  });
  on("pointerup", (event) => {
    if (held && !held.far) moves.click(...place(canvas, event));
    up(event);
  });
  on("pointercancel", up);
  on("pointerleave", () => { if (!held) moves.point(NaN, NaN); });
  on("keydown", (event) => keyed(event, moves));
  on("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 18 : 1;
    moves.zoom(Math.exp(-event.deltaY * lines * 0.0018), ...place(canvas, event));
  }, { passive: false });
  fingers(canvas, moves, signal);
}
