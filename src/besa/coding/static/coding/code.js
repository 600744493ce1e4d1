// The coding desk: the next post is here before the last one has arrived. Deciding uses the same form, one by one.
import * as book from "./book.js";
import { dress, loadAround, soleKey, stopwatch, keysOn } from "./desk.js";
import * as line from "./line.js";

const strip = document.querySelector("[data-line]");
const place = document.querySelector("[data-post]");
const watch = stopwatch();
const form = () => document.querySelector("[data-book]");
const id = () => place?.querySelector("[data-item]")?.dataset.item;
let once = "";
let last = null;
let keeping = null;
let sending = false;

// The draft, as it is typed: at once in this browser, a little later with Besa

const changed = () => {
  if (!form().dataset.draft) return;
  const [of, kept, url, said] = [id(), book.entries(), form().dataset.draft, form().querySelector("[data-saved]")];
  if (strip) line.keep(of, kept, once).then(() => { said.textContent ||= said.dataset.here; });
  clearTimeout(keeping);
  keeping = setTimeout(async () => {
    try {
      const answer = await line.ask(url, kept);
      said.textContent = answer.ok && !answer.redirected ? said.dataset.yes : said.dataset.here;
    } catch {
      said.textContent = said.dataset.here;
      line.tell("off");
    }
  }, 1500);
};

/** The post that stands on the page becomes the one that is coded. */
const begin = async () => {
  dress(document);
  once = crypto.randomUUID();
  book.open(form(), { changed });
  watch.restart();
  if (!strip) return;
  history.replaceState(null, "", form().action);
  loadAround(document);
  const kept = await line.draft(id());
  if (kept && kept.at > (Date.parse(form().dataset.drafted) || 0)) book.restore(kept.entries);
  if (kept?.once) once = kept.once;
};

const show = async (html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  place.replaceChildren(...[...page.body.childNodes].map((node) => document.adoptNode(node)));
  scrollTo(0, 0);
  await begin();
};

const goOn = async (done) => {
  let post = await line.next(done);
  if (!post) {
    await line.flush();
    const found = await line.refill();
    post = await line.next(done);
    if (!post) {
      if (found !== null) location.assign(strip.dataset.home);
      else { place.replaceChildren(); line.tell("none"); }
      return;
    }
  }
  await show(post.html);
  if (post.back) line.tell("back");
  line.flush().then((went) => went && line.refill({ shown: id() }));
};

const send = async (then) => {
  if (sending || book.lacking()) return;
  sending = true;
  clearTimeout(keeping);
  const [of, mark, url] = [id(), once, form().action];
  const entries = [...book.entries(), ["seconds", watch.seconds()]];
  last = { id: of, url, html: place.innerHTML, entries, verdict: book.verdict() };
  await line.submit({ task: "code", id: of, url, entries, once: mark });
  // an answer within a moment is waited for, so that what does not fit is mended at once
  await Promise.race([line.flush(), line.wait(350)]);
  const outcome = line.outcome(mark);
  sending = false;
  if (outcome?.status === 422) {
    await show(outcome.html);
    return;
  }
  offerBack(outcome);
  if (then === "stop") {
    if (await line.flush()) { await line.stop(); location.assign(strip.dataset.home); return; }
  }
  await goOn(of);
};

const offerBack = (outcome) => {
  const offer = document.querySelector("[data-last]");
  offer.hidden = outcome?.status === 409;
  const back = offer.querySelector("[data-take-back]");
  back.action = `${last.url}take-back/`;
  const key = back.querySelector(".key");
  back.querySelector("button").replaceChildren(key, `${back.textContent.split(":")[0].replace(key.textContent, "").trim()}: ${last.verdict}`);
  offer.querySelector("[data-answered]").href = `${last.url}answered/`;
};

const takeBack = async (event) => {
  if (!last) return;
  event.preventDefault();
  const unsent = await line.unsend("code", last.id);
  if (!unsent) { event.target.submit(); return; }
  const { html, entries } = last;
  last = null;
  document.querySelector("[data-last]").hidden = true;
  await show(html);
  book.restore(entries);
};

const asking = (yes) => {
  const question = document.querySelector("[data-ask]");
  if (!question) return;
  question.hidden = !yes;
  if (yes) question.querySelector("textarea").focus();
  else form().querySelector(".here")?.focus();
};

if (form()) {
  document.addEventListener("submit", async (event) => {
    const sent = event.target;
    if (sent.matches("[data-book]")) {
      form().querySelector("[name=seconds]").value = watch.seconds();
      if (!strip || event.submitter?.hasAttribute("data-save-draft")) return;
      event.preventDefault();
      send(event.submitter?.value);
    } else if (sent.matches("[data-take-back]")) takeBack(event);
    else if (sent.matches("[data-stop]") && strip) {
      event.preventDefault();
      await line.flush();
      await line.stop();
      location.assign(strip.dataset.home);
    } else if (sent.matches("[data-ask]")) {
      event.preventDefault();
      try {
        const answer = await line.ask(sent.action, [["text", sent.querySelector("textarea").value]]);
        if (answer.ok) { await line.forget(id()); await goOn(id()); } else line.tell("refused");
      } catch { line.tell("off"); }
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-ask-no]")) asking(false);
  });
  document.addEventListener("keydown", (event) => {
    const within = event.target.closest?.("[data-ask]");
    if (within && event.key === "Escape") asking(false);
    if (within && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); within.requestSubmit(); }
    const key = soleKey(event);
    if (!key || !keysOn()) return;
    // capital letters are the desk's own; small ones belong to the answers
    if (key === "A") { event.preventDefault(); asking(true); }
    else if (key === "T" && book.jump("translation")) event.preventDefault();
    else if (key === "N" && book.jump("note")) event.preventDefault();
    else if (key === "W" && book.jump("words")) event.preventDefault();
    else if (key === "U") {
      const back = document.querySelector("[data-last]:not([hidden]) [data-take-back]");
      if (back) { event.preventDefault(); back.requestSubmit(); }
    }
  });
  if (strip) {
    await line.open(strip);
    if (await line.waits("code", id())) await goOn(id());
    else await begin();
    await line.flush();
    line.refill({ shown: id() });
  } else {
    begin();
    loadAround(document);
  }
}
