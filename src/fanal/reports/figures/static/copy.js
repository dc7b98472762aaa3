// Copying: any element with data-copy (a text) or data-copy-from (an id) puts it on the clipboard.
//
// Pages opened from a disk may have no clipboard of the modern kind; then the text is selected
// and copied the old way; where that fails too, it stays selected in the page.

// Says a text aloud to whoever listens to the page, and shows it for a moment.
export function say(text) {
  let place = document.querySelector(".fig-said");
  if (!place) {
    place = document.createElement("div");
    place.className = "fig-said";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 60);
  clearTimeout(say.later);
  say.later = setTimeout(() => { place.textContent = ""; }, 4000);
}

function oldWay(text) {
  const held = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.readOnly = true;
  area.className = "fig-selection";
  document.body.append(area);
  area.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { done = false; }
  area.remove();
  held?.focus?.();
  return done;
}

function selected(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return oldWay(text);
  }
}

export function offerCopying(root) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (!button) return;
    const from = button.dataset.copyFrom === undefined ? null : document.getElementById(button.dataset.copyFrom);
    const done = await copied(from ? from.textContent.trim() : button.dataset.copy);
    if (!done && from) selected(from);
    say((done ? button.dataset.copied : button.dataset.copyFailed) || "");
  });
}
