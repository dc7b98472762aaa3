// Saving a figure: SVG, PNG, CSV, without a word to anyone.
import { csvOf } from "./csv.js";
import { say } from "./copy.js";
import { pictureOf, pngOf } from "./picture.js";

function given(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

async function blobOf(form, figure, data, map) {
  const { words } = data;
  if (form === "csv") return new Blob([csvOf(data.columns, data.rows, words.lang)], { type: "text/csv;charset=utf-8" });
  const picture = pictureOf(figure, words, map);
  if (form === "png") return pngOf(picture);
  return new Blob([picture.svg], { type: "image/svg+xml" });
}

export function offerSaving(figure, data, map) {
  for (const button of figure.querySelectorAll("[data-save]")) {
    const form = button.dataset.save;
    button.addEventListener("click", () => {
      blobOf(form, figure, data, map)
        .then((blob) => given(blob, `${data.words.file}.${form}`))
        .catch(() => say(data.words.save_failed));
    });
  }
}
