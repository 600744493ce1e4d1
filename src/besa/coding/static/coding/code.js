// The codebook by keyboard: a key chooses, arrows move, Ctrl+Enter sends. The plain form does the same.
import { dress, keysOn, reveal, soleKey, stopwatch, writing } from "./desk.js";

const form = document.querySelector("[data-book]");
const watch = stopwatch();
const all = () => [...form.querySelectorAll("[data-variable]")];
const shown = () => all().filter((variable) => !variable.hidden);
let here = null;

const go = (variable, { focus = true } = {}) => {
  if (!variable) return;
  here?.classList.remove("here");
  here = variable;
  here.classList.add("here");
  if (focus) {
    here.focus({ preventScroll: true });
    here.scrollIntoView({ block: "nearest" });
  }
};

const step = (by) => {
  const variables = shown();
  go(variables[Math.min(Math.max(variables.indexOf(here) + by, 0), variables.length - 1)]);
};

// What the verdict makes moot is put away, not thrown away: the server empties it.
const fit = () => {
  const verdict = form.querySelector("input[name=verdict]:checked")?.value ?? "";
  for (const variable of form.querySelectorAll("[data-when]")) {
    variable.hidden = verdict !== "" && !variable.dataset.when.split(" ").includes(verdict);
  }
  for (const option of form.querySelectorAll("[data-only]")) {
    const unfit = ["violation", "compliance"].includes(verdict) && option.dataset.only !== verdict;
    option.hidden = unfit;
    if (unfit) option.querySelector("input").checked = false;
  }
  for (const clause of form.querySelectorAll(".clause")) {
    clause.classList.toggle("unfit", verdict === "compliance" && clause.dataset.duty !== "duty");
  }
};

const choose = (key) => {
  const input = [...here.querySelectorAll("input[data-key]")].find(
    (one) => one.dataset.key.toLowerCase() === key && !one.closest("[hidden]"),
  );
  if (!input) return false;
  if (here.dataset.kind === "clauses" && input.value) {
    const main = here.querySelector("input[type=radio]:checked");
    const also = input.closest(".clause").querySelector("input[type=checkbox]");
    if (main?.value && main !== input) also.click();
    else input.click();
  } else input.click();
  if (["one", "scale"].includes(here.dataset.kind)) step(1);
  return true;
};

// Targets

const addTarget = (kind) => {
  const targets = form.querySelector("[data-targets]");
  const rows = [...targets.querySelectorAll("[data-row]")];
  let row = rows.find((one) => !one.hidden && !one.querySelector("select").value && !one.querySelector(".who input").value);
  if (!row) {
    const last = rows.at(-1);
    row = last.cloneNode(true);
    const next = Number(last.dataset.row) + 1;
    row.dataset.row = next;
    for (const input of row.querySelectorAll("input, select")) {
      input.name = input.name.replace(/-\d+-/, `-${next}-`);
      input.value = "";
    }
    last.after(row);
  }
  row.hidden = false;
  row.querySelector("[data-target-kind]").value = kind;
  fitTarget(row);
  row.querySelector(kind === "group" ? "input[name$=community]" : ".who input").focus();
};

const fitTarget = (row) => {
  const kind = row.querySelector("[data-target-kind]").value;
  for (const part of row.querySelectorAll(".of-group")) part.hidden = kind !== "group";
  row.querySelector(".who").hidden = ["group", "voters"].includes(kind);
};

const emptyTarget = (row) => {
  for (const input of row.querySelectorAll("input, select")) input.value = "";
  row.hidden = true;
  changed();
};

// Names from the watch-list, as somebody types

let asked = 0;
const known = document.querySelector("#known-actors");
const suggest = async (input) => {
  const question = ++asked;
  const text = input.value.trim();
  if (text.length < 2 || text.endsWith(")")) return;
  try {
    const answer = await fetch(`${input.dataset.actor}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
    const found = await answer.json();
    if (question !== asked) return;
    known.replaceChildren(...found.actors.map((actor) => {
      const option = document.createElement("option");
      option.value = actor.value;
      option.label = `${actor.value} · ${actor.label}`;
      return option;
    }));
  } catch { /* without a connection the name is checked when it is sent */ }
};

// The draft

const said = form.querySelector("[data-saved]");
let waiting = null;
const changed = () => {
  if (!form.dataset.draft) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new FormData(form), credentials: "same-origin", headers: { Accept: "application/json" },
      });
      said.textContent = answer.ok ? said.dataset.yes : said.dataset.no;
    } catch {
      said.textContent = said.dataset.no;
    }
  }, 1500);
};

form.addEventListener("input", (event) => {
  if (event.target.dataset.actor) suggest(event.target);
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.name === "verdict") fit();
  if (event.target.matches("[data-target-kind]")) fitTarget(event.target.closest("[data-row]"));
  changed();
});
form.addEventListener("focusin", (event) => go(event.target.closest("[data-variable]"), { focus: false }));
form.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-target]");
  if (add) addTarget(add.dataset.addTarget);
  const remove = event.target.closest("[data-remove-target]");
  if (remove) emptyTarget(remove.closest("[data-row]"));
});
form.addEventListener("submit", () => {
  clearTimeout(waiting);
  form.querySelector("[name=seconds]").value = watch.seconds();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[value=next]"));
    return;
  }
  if (event.key === "Enter" && writing(event.target) && event.target instanceof HTMLInputElement) {
    event.preventDefault();
    step(1);
    return;
  }
  if (event.key === "Escape" && writing(event.target)) {
    go(event.target.closest("[data-variable]"));
    return;
  }
  const key = soleKey(event);
  if (!key || !keysOn() || (here === null && event.target.closest("a, button, summary"))) return;
  const taken = () => event.preventDefault();
  if (key === "ArrowDown") { taken(); step(1); }
  else if (key === "ArrowUp") { taken(); step(-1); }
  else if (key === "?") { taken(); const help = here?.querySelector("details"); if (help) help.open = !help.open; }
  else if (here?.dataset.kind === "targets" && key === "n") { taken(); addTarget("person"); }
  else if (here?.dataset.kind === "targets" && key === "g") { taken(); addTarget("group"); }
  else if (key.length === 1 && here && choose(key.toLowerCase())) taken();
  else if (key === "j") { taken(); step(1); }
  else if (key === "k") { taken(); step(-1); }
  else if (key === ".") { taken(); reveal(); }
  else if (key === "Enter" && here && ["actor", "text"].includes(here.dataset.kind) && event.target === here) {
    taken();
    here.querySelector("input, textarea")?.focus();
  }
});

dress(document);
for (const row of form.querySelectorAll("[data-row]")) {
  fitTarget(row);
  row.hidden = !row.querySelector("select").value && !row.querySelector(".who input").value;
}
fit();
go(form.querySelector(".variable.wrong") ?? all()[0], { focus: true });
