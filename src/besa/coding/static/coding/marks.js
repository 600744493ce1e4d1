// Marking the words that break a clause: positions in the text as the server counts them, by keyboard and by mouse.
let text = null;
let field = null;
let points = [];
let words = [];
let at = 0;
let until = 0;
let active = false;
let changed = () => {};

const spans = () => (field.value.match(/\d+-\d+/g) ?? []).map((one) => one.split("-").map(Number));
const write = (found) => {
  const merged = [];
  for (const [start, end] of found.sort((one, other) => one[0] - other[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  field.value = merged.map((span) => span.join("-")).join(" ");
  paint();
  changed();
};

/** Begin with the post and the field of a newly shown form; nothing where the text cannot be counted exactly. */
export function open(root, form, told) {
  text = root.querySelector("p.post-text[data-length]");
  field = form.querySelector("[data-spans]");
  changed = told;
  active = false;
  if (!text || !field) { field = null; return; }
  points = Array.from(text.textContent);
  if (points.length !== Number(text.dataset.length)) { field = null; return; }
  words = [...points.join("").matchAll(/\S+/g)].map((found) => {
    const start = Array.from(found.input.slice(0, found.index)).length;
    return [start, start + Array.from(found[0]).length];
  });
  at = until = 0;
  field.hidden = true;
  form.querySelector("[data-marking]").hidden = false;
  text.addEventListener("mouseup", byMouse);
  paint();
}

export const here = (yes) => {
  if (!field || active === yes) return;
  active = yes;
  if (yes) text.closest(".blur")?.classList.add("shown");
  paint();
};

function paint() {
  const marked = spans();
  const cursor = active && words.length ? [words[at][0], words[Math.max(at, until)][1]] : null;
  const edges = [...new Set([0, points.length, ...marked.flat(), ...(cursor ?? [])])].sort((one, other) => one - other);
  const inside = ([start, end], place) => start <= place && place < end;
  const pieces = edges.slice(0, -1).map((start, number) => {
    const piece = points.slice(start, edges[number + 1]).join("");
    const isMarked = marked.some((span) => inside(span, start));
    const isCursor = cursor && inside(cursor, start);
    if (!isMarked && !isCursor) return document.createTextNode(piece);
    const made = document.createElement(isMarked ? "mark" : "span");
    if (isCursor) made.className = "cursor";
    made.textContent = piece;
    return made;
  });
  text.replaceChildren(...pieces);
  const list = field.closest(".spans").querySelector("[data-marked]");
  list.replaceChildren(...marked.map(([start, end]) => {
    const one = document.createElement("li");
    one.className = "badge warn";
    one.textContent = points.slice(start, end).join("");
    return one;
  }));
  if (active) text.querySelector(".cursor")?.scrollIntoView({ block: "nearest" });
}

/** A key while the field of words is the one being answered; true where it was one of ours. */
export function key(event) {
  if (!field || !active || !words.length) return false;
  const last = words.length - 1;
  if (event.key === "ArrowRight") {
    until = Math.min(until + 1, last);
    if (!event.shiftKey) at = until;
  } else if (event.key === "ArrowLeft") {
    if (event.shiftKey) until = Math.max(until - 1, at);
    else at = until = Math.max(at - 1, 0);
  } else if (event.key === "Enter" || event.key === " ") {
    write([...spans(), [words[at][0], words[Math.max(at, until)][1]]]);
    at = until = Math.min(until + 1, last);
  } else if (event.key === "Backspace") {
    const [start, end] = [words[at][0], words[Math.max(at, until)][1]];
    const kept = spans().filter((span) => span[1] <= start || span[0] >= end);
    write(kept.length < spans().length ? kept : spans().slice(0, -1));
  } else return false;
  paint();
  return true;
}

function byMouse() {
  const chosen = getSelection();
  const set = field?.closest("[data-variable]");
  if (!chosen.rangeCount || chosen.isCollapsed || !set || set.hidden) return;
  const range = chosen.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
  const before = range.cloneRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  const start = Array.from(before.toString()).length;
  const end = start + Array.from(range.toString()).length;
  chosen.removeAllRanges();
  if (end > start) write([...spans(), [start, end]]);
}
