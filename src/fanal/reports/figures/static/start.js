// Wakes the figures of a page.
import { offerCopying } from "./copy.js";
import { drawMap } from "./map.js";
import { showChosen, showPressed, showTip } from "./panel.js";
import { offerSaving } from "./save.js";

function mapIn(figure, data) {
  const tip = figure.querySelector(".fig-tip");
  const chosen = figure.querySelector(".fig-chosen");
  const { words } = data;
  const map = drawMap(figure.querySelector("canvas"), data, words, {
    onPoint: (marked, size) => showTip(tip, map.scene, words, marked, size),
    onChoose: (rank) => {
      showChosen(chosen, map.scene, words, rank);
      showPressed(figure, rank);
    },
  });
  const buttons = figure.querySelector(".fig-map-buttons");
  const does = { in: () => map.zoom(1.4), out: () => map.zoom(1 / 1.4), reset: () => map.reset() };
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => does[event.target.dataset.map]?.());
  for (const button of figure.querySelectorAll("[data-community]")) {
    button.addEventListener("click", () => map.choose(Number(button.dataset.community)));
  }
  figure.map = map;
  return map;
}

export function startFigures(root) {
  for (const figure of root.querySelectorAll("figure[data-figure]")) {
    const data = JSON.parse(document.getElementById(`${figure.id}-data`).textContent);
    const map = figure.dataset.figure === "map" ? mapIn(figure, data) : null;
    offerSaving(figure, data, map);
    figure.querySelector(".fig-tools").hidden = false;
  }
  offerCopying(root);
}

if (document.querySelector("figure[data-figure], [data-copy], [data-copy-from]")) startFigures(document);
