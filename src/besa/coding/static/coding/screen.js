// Screening: one key, and the next post is there. Without this file the buttons send the form.
import { dress, keysOn, reveal, soleKey, stopwatch } from "./desk.js";

const watch = stopwatch();
let busy = false;

const desk = () => document.querySelector("[data-screening]");

const say = (what) => {
  const said = desk()?.querySelector("[data-said]");
  if (said) {
    said.textContent = said.dataset[what];
    said.classList.toggle("visually-hidden", what === "next");
  }
};

/** Send a form and put the page that answers in the place of this one. */
const send = async (form, button) => {
  if (busy) return;
  busy = true;
  desk().classList.add("busy");
  const data = new FormData(form);
  if (button?.name) data.set(button.name, button.value);
  if (data.has("seconds")) data.set("seconds", watch.seconds());
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("#content");
    if (!main) { location.assign(answer.url); return; }
    document.querySelector("#content").replaceWith(document.adoptNode(main));
    if (desk()) {
      dress(desk());
      say("next");
      watch.restart();
      window.scrollTo(0, 0);
    }
  } catch {
    desk().classList.remove("busy");
    say("failed");
  } finally {
    busy = false;
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-keys], [data-undo]")) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("keydown", (event) => {
  const key = soleKey(event);
  if (!key || !keysOn() || event.repeat) return;
  if (key.toLowerCase() === "b") { reveal(); return; }
  const button = desk()?.querySelector(`button[data-key="${CSS.escape(key.toLowerCase())}"]`);
  if (!button || button.hidden) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reveal]")) reveal();
});

if (desk()) dress(desk());
