// What screening, coding and deciding share: single keys, blurred texts, measured seconds.

const remembered = (name) => {
  try { return localStorage.getItem(name); } catch { return null; }
};
const remember = (name, value) => {
  try { localStorage.setItem(name, value); } catch { /* private windows forget */ }
};

export const keysOn = () => remembered("besa-keys") !== "off";

/** Is somebody writing, so that letters are letters? */
export const writing = (element) =>
  element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || element?.isContentEditable ||
  (element instanceof HTMLInputElement && !["radio", "checkbox", "button", "submit"].includes(element.type));

/** A key pressed alone, outside of any text field; null where it is not ours. */
export const soleKey = (event) =>
  event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target) ? null : event.key;

export const reveal = () => {
  for (const text of document.querySelectorAll("[data-text].blur")) {
    text.classList.toggle("shown");
    if (!text.classList.contains("shown") && text.contains(document.activeElement)) document.activeElement.blur();
  }
};

/** Switches under the post: show texts at once; single keys on or off. */
export const dress = (root) => {
  for (const hidden of root.querySelectorAll("[data-switches], [data-reveal], [data-add], [data-remove-target]")) hidden.hidden = false;
  const shown = root.querySelector("[data-always-shown]");
  if (shown) {
    shown.checked = remembered("besa-shown") === "yes";
    shown.addEventListener("change", () => {
      remember("besa-shown", shown.checked ? "yes" : "no");
      for (const text of root.querySelectorAll("[data-text].blur")) text.classList.toggle("shown", shown.checked);
    });
    if (shown.checked) for (const text of root.querySelectorAll("[data-text].blur:not([data-heavy])")) text.classList.add("shown");
  }
  const keys = root.querySelector("[data-keys-on]");
  if (keys) {
    keys.checked = keysOn();
    keys.addEventListener("change", () => remember("besa-keys", keys.checked ? "on" : "off"));
  }
};

/** The thread around a post, where the page did not wait for it. */
export const loadAround = async (root) => {
  for (const empty of root.querySelectorAll("[data-around]:empty")) {
    try {
      const answer = await fetch(empty.dataset.around, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      empty.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
      dress(root);
    } catch { /* without a line the post stands alone */ }
  }
};

/** Seconds in front of the post, not counting those when the page was hidden. */
export const stopwatch = () => {
  let total = 0;
  let since = document.hidden ? null : performance.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && since !== null) { total += performance.now() - since; since = null; }
    else if (!document.hidden && since === null) since = performance.now();
  });
  return {
    seconds: () => ((total + (since === null ? 0 : performance.now() - since)) / 1000).toFixed(1),
    restart: () => { total = 0; since = document.hidden ? null : performance.now(); },
  };
};
