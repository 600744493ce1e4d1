// The codebook by keyboard: a key chooses, arrows move, and only what applies is asked. The plain form does the same.
import { keysOn, reveal, soleKey, writing } from "./desk.js";
import * as marks from "./marks.js";

let form = null;
let here = null;
let told = () => {};
let asked = 0;

const all = () => [...form.querySelectorAll("[data-variable]")];
const shown = () => all().filter((variable) => !variable.hidden);

/** Begin with a form. `changed` is called whenever an answer changes. */
export function open(root, { changed = () => {} } = {}) {
  form = root;
  told = changed;
  here = null;
  for (const row of form.querySelectorAll("[data-row]")) {
    fitTarget(row);
    row.hidden = !row.querySelector("select").value && !row.querySelector(".who input").value;
  }
  marks.open(form.closest("[data-codedesk]"), form, told);
  fit();
  go(form.querySelector(".variable.wrong:not([hidden])") ?? shown()[0], { focus: true });
}

const go = (variable, { focus = true } = {}) => {
  if (!variable) return;
  here?.classList.remove("here");
  here = variable;
  here.classList.add("here");
  marks.here(here.dataset.kind === "spans");
  if (focus) {
    here.focus({ preventScroll: true });
    here.scrollIntoView({ block: "nearest" });
  }
};

const step = (by) => {
  const variables = shown();
  const to = variables.indexOf(here) + by;
  if (to >= variables.length) form.querySelector("button[value=next]").focus();
  else go(variables[Math.max(to, 0)]);
};

/** Go to a variable by its name, and into its field. */
export const jump = (name) => {
  const variable = form?.querySelector(`[data-variable="${name}"]`);
  if (!variable || variable.hidden) return false;
  go(variable);
  variable.querySelector("input:not([type=radio], [type=checkbox]), textarea")?.focus();
  return true;
};

// Branching: the same conditions as on the server, which empties what is not asked

const given = (variable) => {
  if (variable.dataset.kind === "targets") {
    return [...variable.querySelectorAll("[data-row]:not([hidden]) [data-target-kind]")].map((one) => one.value).filter(Boolean);
  }
  return [...variable.querySelectorAll("input:checked")].map((one) => one.value).filter((value) => value !== "");
};

const fit = () => {
  const facts = Object.fromEntries(Object.entries(JSON.parse(form.dataset.facts || "{}")).map(([name, value]) => [name, [value]]));
  const answers = { ...facts };
  for (const variable of all()) {
    const { when } = variable.dataset;
    variable.hidden = Boolean(when) && !JSON.parse(when).some((one) =>
      Object.entries(one).every(([name, values]) => (answers[name] ?? []).some((value) => values.includes(value))));
    if (variable.dataset.variable === "type") fitTypes(answers.verdict?.[0]);
    answers[variable.dataset.variable] = variable.hidden ? [] : given(variable);
  }
  for (const heading of form.querySelectorAll("h3.block")) {
    let next = heading.nextElementSibling;
    heading.hidden = true;
    while (next?.matches("fieldset") && next.dataset.block === heading.textContent) {
      if (!next.hidden) heading.hidden = false;
      next = next.nextElementSibling;
    }
  }
  const verdict = answers.verdict?.[0];
  for (const clause of form.querySelectorAll(".clause")) {
    clause.classList.toggle("unfit", verdict === "compliance" && clause.dataset.duty !== "duty");
  }
};

const fitTypes = (verdict) => {
  for (const option of form.querySelectorAll("[data-only]")) {
    const unfit = ["violation", "compliance"].includes(verdict) && option.dataset.only !== verdict;
    option.hidden = unfit;
    if (unfit) option.querySelector("input").checked = false;
  }
};

const choose = (key) => {
  const input = [...here.querySelectorAll("input[data-key]")].find((one) => one.dataset.key === key && !one.closest("[hidden]"));
  if (!input) return false;
  if (here.dataset.kind === "clauses" && input.value) {
    const main = here.querySelector("input[type=radio]:checked");
    const also = input.closest(".clause").querySelector("input[type=checkbox]");
    if (main?.value && main !== input) also.click();
    else input.click();
  } else input.click();
  if (["one", "scale"].includes(here.dataset.kind)) {
    const beside = here.querySelector(".beside input");
    if (beside) beside.focus();
    else step(1);
  }
  return true;
};

// Targets

const addTarget = (kind) => {
  const targets = form.querySelector("[data-targets]");
  const rows = [...targets.querySelectorAll("[data-row]")];
  let row = rows.find((one) => one.hidden) ?? null;
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
  const first = { group: "input[name$=community]", voters: "input[name$=ground]" }[kind] ?? ".who input";
  row.querySelector(first).focus();
  fit();
  told();
  return row;
};

const fitTarget = (row) => {
  const kind = row.querySelector("[data-target-kind]").value;
  for (const part of row.querySelectorAll(".of-group")) part.hidden = kind !== "group";
  row.querySelector(".who").hidden = ["group", "voters"].includes(kind);
};

const emptyTarget = (row) => {
  for (const input of row.querySelectorAll("input, select")) input.value = "";
  row.hidden = true;
  fit();
  told();
};

const dropLast = () => {
  const row = [...here.querySelectorAll("[data-row]:not([hidden])")].at(-1);
  if (row) emptyTarget(row);
};

// Names from the watch-list, as somebody types

const suggest = async (input) => {
  const question = ++asked;
  const text = input.value.trim();
  if (text.length < 2 || text.endsWith(")")) return;
  try {
    const answer = await fetch(`${input.dataset.actor}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" });
    const found = await answer.json();
    if (question !== asked) return;
    form.querySelector("#known-actors").replaceChildren(...found.actors.map((actor) => {
      const option = document.createElement("option");
      option.value = actor.value;
      option.label = `${actor.value} · ${actor.label}`;
      return option;
    }));
  } catch { /* without a connection the name is checked when it is sent */ }
};

// Drafts: the form as it stands, and back

export const entries = () => [...new FormData(form)].filter(([name]) => !["csrfmiddlewaretoken", "once", "seconds"].includes(name));

export function restore(kept) {
  const rows = kept.map(([name]) => /^.+-(\d+)-kind$/.exec(name)).filter(Boolean).map((found) => Number(found[1]));
  while (form.querySelector("[data-targets]") && Math.max(-1, ...rows) > Number([...form.querySelectorAll("[data-row]")].at(-1).dataset.row)) {
    addTarget("");
  }
  for (const input of form.elements) {
    if (!input.name || input.type === "hidden" || input.type === "submit") continue;
    const values = kept.filter(([name]) => name === input.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
  }
  open(form, { changed: told });
}

/** The verdict as the form says it, for telling what one's last answer was. */
export const verdict = () => form.querySelector("input[name=verdict]:checked")?.closest("label").querySelector("span:last-child").textContent.trim() ?? "";

/** What is asked and must be answered and is not: the first such variable, which is gone to. */
export const lacking = () => {
  const found = shown().find((one) => (one.dataset.variable === "verdict" || "required" in one.dataset) && given(one).length === 0 && ["one", "many", "scale"].includes(one.dataset.kind));
  if (found) go(found);
  return found ?? null;
};

document.addEventListener("input", (event) => {
  if (!form?.contains(event.target)) return;
  if (event.target.dataset.actor) suggest(event.target);
  told();
});
document.addEventListener("change", (event) => {
  if (!form?.contains(event.target)) return;
  if (event.target.matches("[data-target-kind]")) fitTarget(event.target.closest("[data-row]"));
  fit();
  told();
});
document.addEventListener("focusin", (event) => {
  if (form?.contains(event.target)) go(event.target.closest("[data-variable]"), { focus: false });
});
document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add-target]");
  if (add && form?.contains(add)) addTarget(add.dataset.addTarget);
  const remove = event.target.closest("[data-remove-target]");
  if (remove && form?.contains(remove)) emptyTarget(remove.closest("[data-row]"));
});

document.addEventListener("keydown", (event) => {
  if (!form?.isConnected || event.target.closest("[data-ask]")) return;
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
  if (!key || !keysOn() || event.target.closest("a, button, summary, video")) {
    if (key === "ArrowUp" && event.target.matches?.("[data-book] button")) { event.preventDefault(); go(shown().at(-1)); }
    return;
  }
  const taken = () => event.preventDefault();
  if (key === "ArrowDown") { taken(); step(1); }
  else if (key === "ArrowUp") { taken(); step(-1); }
  else if (key === "?") { taken(); const help = here?.querySelector("details"); if (help) help.open = !help.open; }
  else if (key === ".") { taken(); reveal(); }
  else if (here && marks.key(event)) taken();
  else if (key === "Backspace" && here?.dataset.kind === "targets") { taken(); dropLast(); }
  else if (here?.dataset.kind === "targets" && here.querySelector(`[data-target-key="${CSS.escape(key)}"]`)) {
    taken();
    here.querySelector(`[data-target-key="${CSS.escape(key)}"]`).click();
  } else if (key.length === 1 && here && choose(key)) taken();
  else if (key === "Enter" && here) {
    taken();
    if (["actor", "text"].includes(here.dataset.kind) && event.target === here) here.querySelector("input, textarea")?.focus();
    else step(1);
  }
});
