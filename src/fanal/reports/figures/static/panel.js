// Words around a map: the tip under the pointer, the community that was chosen.
import { counted, filled } from "./words.js";

const NAMED = 40;

function element(name, text, parent, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  parent.append(made);
  return made;
}

// The tip: the account and its links, or the community and its accounts.
export function showTip(tip, scene, words, marked, size) {
  tip.hidden = marked.rank < 0;
  if (tip.hidden) return;
  const label = scene.labels[marked.rank];
  tip.replaceChildren();
  if (marked.account >= 0) {
    if (scene.names.length) element("bdi", scene.names[marked.account], tip, "fig-tip-name");
    element("span", counted(words.links, scene.degree[marked.account], words.lang), tip);
    element("span", label.title, tip);
  } else {
    element("b", label.title, tip);
    element("span", label.note, tip);
    element("span", counted(words.links, scene.rows[marked.rank][2], words.lang), tip);
  }
  const left = marked.x + 16 + tip.offsetWidth > size.width ? marked.x - tip.offsetWidth - 12 : marked.x + 16;
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${Math.max(0, Math.min(marked.y + 14, size.height - tip.offsetHeight))}px`;
}

// The chosen community in words: numbers, and its accounts where they may be named.
export function showChosen(place, scene, words, rank) {
  place.replaceChildren();
  if (rank < 0) return;
  const [, , within, outside] = scene.rows[rank];
  const facts = [
    scene.labels[rank].note,
    counted(words.links, within, words.lang),
    counted(words.outside, outside, words.lang),
  ];
  const line = element("p", "", place);
  element("b", scene.labels[rank].title, line);
  line.append(` · ${facts.join(" · ")}`);
  if (!scene.names.length) return;
  const members = element("p", `${words.members} `, place, "fig-members");
  const last = Math.min(scene.first[rank] + NAMED, scene.first[rank + 1]);
  for (let n = scene.first[rank]; n < last; n += 1) {
    element("bdi", scene.names[n], members);
    if (n < last - 1) members.append(", ");
  }
  const more = scene.first[rank + 1] - last;
  if (more > 0) members.append(` ${counted(words.more, more, words.lang)}`);
}

// The legend's buttons follow what is chosen.
export function showPressed(figure, rank) {
  for (const button of figure.querySelectorAll("[data-community]")) {
    button.setAttribute("aria-pressed", String(Number(button.dataset.community) === rank));
  }
}

export function titleOf(scene, rank, words) {
  return rank < 0 ? "" : filled(words.community, { number: scene.rows[rank][0] });
}
