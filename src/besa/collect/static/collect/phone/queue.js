// The list of what is on this phone, and what became of it.
import { reopen, say, size, words } from "./form.js";
import { change, records, remove, said } from "./store.js";
import { discard } from "./send.js";

const list = document.querySelector("#queue ul");
const parts = new Map();
const cards = new Map();

export function progress(id, part) {
  parts.set(id, part);
  const bar = cards.get(id)?.querySelector("progress");
  if (bar) {
    bar.hidden = false;
    bar.value = part;
    cards.get(id).querySelector(".state").textContent = say("sending", { n: Math.floor(part * 100) });
  }
}

const when = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });

function card(row, told) {
  const made = document.querySelector("#row").content.cloneNode(true).firstElementChild;
  made.dataset.state = row.state;
  const bytes = told?.files.reduce((sum, file) => sum + file.size, 0) ?? 0;
  const count = told?.files.length ?? 0;
  const what = made.querySelector(".what");
  what.textContent = told ? told.url || told.text : say("number", { n: row.capture ?? "" });
  if (row.capture) what.href = list.dataset.desk.replace("0", row.capture);
  const about = [when(row.at), count && say("files", { n: count }), bytes && size(bytes)].filter(Boolean);
  made.querySelector(".about").textContent = about.join(" · ");
  const state = row.state === "waiting" && row.hold ? say("hold", { name: row.hold }) : words[row.state];
  made.querySelector(".state").textContent = row.why ? `${state} ${row.why}` : state;
  const act = (name, states, work) => {
    const button = made.querySelector(`[data-act=${name}]`);
    button.hidden = !states.includes(row.state);
    button.onclick = work;
  };
  act("open", ["draft", "refused"], () => reopen(row.id));
  act("again", ["refused"], () => change(row.id, { state: "waiting", why: "", hold: "" }));
  act("remove", ["waiting", "draft", "refused"], async () => {
    await change(row.id, { state: "removed", before: row.state });
    list.querySelector(`[data-id="${row.id}"] [data-act=undo]`)?.focus();
  });
  act("undo", ["removed"], () => change(row.id, { state: row.before ?? "waiting" }));
  act("forget", ["sent"], () => remove(row.id));
  made.dataset.id = row.id;
  const part = parts.get(row.id);
  if (row.state === "waiting" && part) {
    made.querySelector("progress").hidden = false;
    made.querySelector("progress").value = part;
  }
  return made;
}

let drawing = null;
export function draw() {
  drawing = (drawing ?? Promise.resolve()).then(redraw);
  return drawing;
}

async function redraw() {
  const rows = (await records()).sort((a, b) => b.at - a.at);
  const made = await Promise.all(rows.map(async (row) => card(row, await said(row))));
  cards.clear();
  rows.forEach((row, index) => cards.set(row.id, made[index]));
  const focused = document.activeElement?.closest("[data-id]")?.dataset.id;
  const act = document.activeElement?.dataset.act;
  list.replaceChildren(...made);
  if (focused && act) list.querySelector(`[data-id="${focused}"] [data-act=${act}]:not([hidden])`)?.focus();
  const waiting = rows.filter((row) => row.state === "waiting").length;
  document.querySelector("#queue .nothing").hidden = rows.length > 0;
  const badge = document.querySelector("#waiting");
  badge.hidden = !waiting;
  badge.textContent = say("waiting_n", { n: waiting });
  return waiting;
}

// What was removed is gone for good once the page is left or the time to take it back is over.
export async function forgetRemoved() {
  for (const row of await records()) {
    if (row.state !== "removed") continue;
    await remove(row.id);
    discard(row.id).catch(() => null);
  }
}
