// Screening: one key, and the next post is there; it was fetched ahead. Without this file the buttons send the form.
import { dress, keysOn, loadAround, reveal, soleKey, stopwatch } from "./desk.js";
import * as line from "./line.js";

const watch = stopwatch();
const desk = document.querySelector("[data-screening]");
const place = document.querySelector("[data-post]");
const id = () => place?.querySelector("[data-item]")?.dataset.item;
let last = null;
let busy = false;

const begin = () => {
  dress(document);
  watch.restart();
  loadAround(document);
};

const show = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  place.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
  scrollTo(0, 0);
  begin();
};

const goOn = async (done) => {
  let post = await line.next(done);
  if (!post) {
    await line.flush();
    const found = await line.refill();
    post = await line.next(done);
    if (!post) {
      if (found !== null) location.reload();
      else { place.replaceChildren(); line.tell("none"); }
      return;
    }
  }
  show(post.html);
  line.flush().then((went) => went && line.refill({ shown: id() }));
};

const send = async (form, button) => {
  if (busy) return;
  busy = true;
  const of = id();
  last = { id: of, html: place.innerHTML };
  const entries = [["item", of], ["key", button.value], ["seconds", watch.seconds()]];
  await line.submit({ task: "screen", id: of, url: form.action, entries, once: crypto.randomUUID() });
  const undo = desk.querySelector("[data-undo]");
  undo.hidden = false;
  undo.querySelector("[data-last-key]").textContent = `: ${button.lastChild.textContent.trim()}`;
  await goOn(of);
  busy = false;
};

const takeBack = async (event) => {
  if (!last) return;
  event.preventDefault();
  if (await line.unsend("screen", last.id)) {
    show(last.html);
    last = null;
    event.target.hidden = true;
  } else {
    await line.flush();
    event.target.submit();
  }
};

document.addEventListener("submit", async (event) => {
  if (event.target.matches("[data-keys]")) { event.preventDefault(); send(event.target, event.submitter); }
  else if (event.target.matches("[data-undo]")) takeBack(event);
  else if (event.target.matches("[data-stop]") && desk) {
    event.preventDefault();
    await line.flush();
    await line.stop();
    location.assign(document.querySelector("[data-line]").dataset.home);
  }
});

document.addEventListener("keydown", (event) => {
  const key = soleKey(event);
  if (!key || !keysOn() || event.repeat || !desk) return;
  if (key.toLowerCase() === "b") { reveal(); return; }
  const button = desk.querySelector(`button[data-key="${CSS.escape(key.toLowerCase())}"]`);
  if (!button || button.hidden || button.closest("[hidden]")) return;
  event.preventDefault();
  button.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reveal]")) reveal();
});

if (desk && id()) {
  await line.open(document.querySelector("[data-line]"));
  if (await line.waits("screen", id())) await goOn(id());
  else begin();
  await line.flush();
  line.refill({ shown: id() });
}
