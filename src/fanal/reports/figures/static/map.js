// A map of communities on a 2D canvas.
//
// 1. A sheet somewhat larger than the window is drawn in slices of a few milliseconds.
// 2. Each frame shows the last whole sheet, moved and scaled; labels and marks are drawn over it.
// 3. When the view left the sheet's, another sheet is begun; nothing is drawn when nothing moves.
import { coloursOf, paperColours } from "./colours.js";
import { SPARSE, labelsIn } from "./labels.js";
import { drawBundlesOf, drawLabels, drawMarked, dotRadius, painted } from "./paint.js";
import { listen } from "./pointer.js";
import { accountAt, communityAt, fitted, neighbours, sceneOf } from "./scene.js";
import { mapTwin } from "./twin.js";

// Milliseconds of a frame for the next sheet: while the map moves, and while it rests.
const SLICE_MS = 4;
const REST_MS = 14;
const MARGIN = 0.18;
const FARTHEST = 0.5;
const NEAREST = 60;

// drawMap(canvas, data, words, {onPoint, onChoose}) -> the map's handle.
//   data, words: the figure's island and its words.
//   onPoint({rank, account, x, y}), onChoose(rank): the community by rank of size, -1 for none.
export function drawMap(canvas, data, words, options = {}) {
  const scene = sceneOf(data, words);
  const ctx = canvas.getContext("2d");
  const off = new AbortController();
  const state = {
    view: null, sheet: null, next: null, colours: coloursOf(canvas), size: null,
    chosen: -1, marked: { rank: -1, account: -1 }, ends: [], waiting: false, first: true, last: null, printing: false,
  };

  function measured(force) {
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (!force && state.size && state.size.width === width && state.size.height === height) return;
    const untouched = !state.size || isFitted();
    state.size = { width, height, ratio: force || Math.min(2, devicePixelRatio || 1), sparse: scene.count <= SPARSE };
    canvas.width = Math.round(width * state.size.ratio);
    canvas.height = Math.round(height * state.size.ratio);
    if (untouched) state.view = fitted(scene, width, height);
    state.sheet = state.next = null;
  }

  function isFitted() {
    const view = fitted(scene, state.size.width, state.size.height);
    return ["s", "x", "y"].every((key) => Math.abs(view[key] - state.view[key]) < 1e-6);
  }

  // 1. a sheet: its own canvas, the view it is drawn for, the drawing still to do
  function begun(links) {
    const { width, height, ratio } = state.size;
    const [dx, dy] = [width * MARGIN, height * MARGIN];
    const sheet = document.createElement("canvas");
    sheet.width = Math.round((width + 2 * dx) * ratio);
    sheet.height = Math.round((height + 2 * dy) * ratio);
    const on = sheet.getContext("2d", { willReadFrequently: true });
    on.scale(ratio, ratio);
    const view = { s: state.view.s, x: state.view.x + dx, y: state.view.y + dy };
    const size = { width: width + 2 * dx, height: height + 2 * dy };
    return { sheet, on, dx, dy, view: { ...state.view }, work: numbered(on, view, size, links) };
  }

  function* numbered(on, view, size, links) {
    yield* painted(on, scene, view, size, state.colours, links);
    const all = labelsIn(scene, view, { ...size, sparse: state.size.sparse }, widthOf, -1);
    drawLabels(on, all.filter((label) => !label.note), state.colours, sprites, state.size.ratio);
  }

  function advanced(until) {
    while (performance.now() < until) {
      const { done } = state.next.work.next();
      state.next.on.getImageData(0, 0, 1, 1); // what was asked for is drawn now, and counted
      if (done) {
        [state.sheet, state.next] = [state.next, null];
        return true;
      }
    }
    return false;
  }

  // 2. one frame
  function shown() {
    const { size, view, sheet, colours } = state;
    ctx.setTransform(size.ratio, 0, 0, size.ratio, 0, 0);
    ctx.clearRect(0, 0, size.width, size.height);
    const zoom = view.s / sheet.view.s;
    ctx.drawImage(sheet.sheet,
      view.x - (sheet.view.x + sheet.dx) * zoom, view.y - (sheet.view.y + sheet.dy) * zoom,
      (size.width + 2 * sheet.dx) * zoom, (size.height + 2 * sheet.dy) * zoom);
    if (state.chosen >= 0) drawBundlesOf(ctx, scene, view, colours, state.chosen);
    for (const rank of new Set([state.chosen, state.marked.rank])) {
      drawMarked(ctx, scene, view, colours, rank, rank === state.marked.rank ? state.marked.account : -1, state.ends);
    }
    drawLabels(ctx, labelsIn(scene, view, size, widthOf, state.chosen, false), colours, sprites, size.ratio);
  }

  const widths = new Map();
  const sprites = new Map();
  function widthOf(text, bold) {
    const key = `${bold}${text}`;
    if (!widths.has(key)) {
      ctx.font = `${bold ? 600 : 400} 12px ${state.colours.sans}`;
      widths.set(key, ctx.measureText(text).width);
    }
    return widths.get(key);
  }

  // 3. the loop
  function frame() {
    state.waiting = false;
    if (off.signal.aborted || state.printing || !canvas.clientWidth) return;
    measured(0);
    if (!state.sheet) {
      state.next = begun(false);
      advanced(Infinity);
      state.next = begun(true);
    } else if (!state.next && stale()) state.next = begun(true);
    const slice = state.view === state.last ? REST_MS : SLICE_MS;
    const whole = state.next ? advanced(performance.now() + slice) : false;
    state.last = state.view;
    shown();
    if (state.first) performance.mark("fanal-map-first");
    if (whole) performance.mark("fanal-map-whole");
    state.first = false;
    if (state.next || stale()) ask();
  }

  function stale() {
    const { view, sheet } = state;
    return view.s !== sheet.view.s || view.x !== sheet.view.x || view.y !== sheet.view.y;
  }

  function ask() {
    if (state.waiting) return;
    state.waiting = true;
    requestAnimationFrame(frame);
  }

  const moves = {
    pan(dx, dy) {
      state.view = { ...state.view, x: state.view.x + dx, y: state.view.y + dy };
      ask();
    },
    zoom(factor, x = state.size.width / 2, y = state.size.height / 2) {
      const whole = fitted(scene, state.size.width, state.size.height).s;
      const s = Math.max(whole * FARTHEST, Math.min(NEAREST, state.view.s * factor));
      const k = s / state.view.s;
      state.view = { s, x: x - (x - state.view.x) * k, y: y - (y - state.view.y) * k };
      ask();
    },
    reset() {
      state.view = fitted(scene, state.size.width, state.size.height);
      ask();
    },
    point(x, y) {
      const { s } = state.view;
      const [wx, wy] = [(x - state.view.x) / s, (y - state.view.y) / s];
      const rank = Number.isNaN(x) ? -1 : communityAt(scene, wx, wy, 3 / s);
      const account = rank < 0 ? -1 : accountAt(scene, rank, wx, wy, Math.max(5, dotRadius(s) + 3) / s);
      if (account !== state.marked.account) state.ends = account < 0 ? [] : neighbours(scene, account);
      state.marked = { rank, account, x, y };
      options.onPoint?.(state.marked, state.size);
      ask();
    },
    click(x, y) {
      moves.point(x, y);
      moves.choose(state.marked.rank);
    },
    choose(rank) {
      state.chosen = rank === state.chosen ? -1 : rank;
      options.onChoose?.(state.chosen);
      ask();
    },
    next(way) {
      if (scene.count) moves.choose(way === 0 ? 0 : (state.chosen + way + scene.count) % scene.count);
    },
  };

  // On paper: at once, in the colours of paper, three dots for each point.
  function printed() {
    state.printing = true;
    state.colours = paperColours();
    sprites.clear();
    measured(3);
    state.next = begun(true);
    advanced(Infinity);
    shown();
  }

  function recoloured() {
    state.printing = false;
    state.colours = coloursOf(canvas);
    state.size = state.size && { ...state.size, width: -1 };
    widths.clear();
    sprites.clear();
    ask();
  }

  listen(canvas, moves, off.signal);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recoloured, { signal: off.signal });
  addEventListener("beforeprint", printed, { signal: off.signal });
  addEventListener("afterprint", recoloured, { signal: off.signal });
  const watch = new ResizeObserver(ask);
  watch.observe(canvas);
  ask();
  return { ...moves, twin: () => mapTwin(scene, paperColours()), scene,
    view: () => ({ ...state.view }),
    end() { off.abort(); watch.disconnect(); } };
}
