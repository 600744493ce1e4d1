// The phone page: form, queue, line. Everything works without a line; sending waits for one.
import { begin, reopen, words } from "./form.js";
import { draw, forgetRemoved, progress } from "./queue.js";
import { SignIn, sendAll, session } from "./send.js";
import { remember, remembered, tidy, told, wipe } from "./store.js";

const line = document.querySelector("#line");
const signIn = document.querySelector("#sign-in");
let tries = 0;
let timer = 0;
let running = false;

// Back-off: 5 s, 10 s, … 5 minutes, never in step with other phones. A line that comes back asks at once.
async function send() {
  clearTimeout(timer);
  if (running) return;
  running = true;
  status(navigator.onLine ? "online" : "offline");
  const came = navigator.onLine ? await sendAll().catch(() => "later") : "offline";
  running = false;
  if (came !== "") signIn.hidden = came !== "sign_in";
  status(came === "sign_in" || came === "not_yours" ? came : came === "offline" ? "offline" : "online");
  const left = await draw();
  tries = left ? tries + 1 : 0;
  if (left) timer = setTimeout(send, Math.min(300e3, 5e3 * 2 ** Math.min(tries, 6)) * (0.75 + Math.random() / 2));
}

function status(word) {
  line.textContent = words[word];
  line.dataset.line = word;
}

async function later() {
  const registered = await navigator.serviceWorker?.ready;
  await registered?.sync?.register("send").catch(() => null);
}

async function start() {
  navigator.serviceWorker?.register("/phone/worker.js", { scope: "/phone/", type: "module", updateViaCache: "none" })
    .catch(() => (document.querySelector("#no-worker").hidden = false));
  begin(async () => {
    await draw();
    document.querySelector("#kept").hidden = false;
    navigator.storage?.persist?.();
    later();
    tries = 0;
    send();
  });
  told((what) => {
    if (what.part !== undefined) progress(what.id, what.part);
    else draw();
  });
  await tidy();
  await forgetRemoved();
  await ownNames();
  const asked = new URLSearchParams(location.search).get("draft");
  if (asked) {
    await reopen(asked);
    history.replaceState(null, "", "/phone/");
  }
  addEventListener("online", () => ((tries = 0), send()));
  addEventListener("offline", () => status("offline"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
  document.querySelector("#send-now").onclick = () => ((tries = 0), send());
  await draw();
  document.querySelector("#capture").addEventListener("input", () => (document.querySelector("#kept").hidden = true));
  if (navigator.onLine) await session().then(who).catch((error) => (signIn.hidden = !(error instanceof SignIn)));
  send();
}

function who({ by }) {
  document.querySelector("#who").textContent = by;
}

async function ownNames() {
  const field = document.querySelector("#own");
  field.value = (await remembered("own", [])).join("\n");
  field.onchange = async () => {
    const names = field.value.split("\n").map((name) => name.trim()).filter(Boolean);
    await remember("own", names);
    document.querySelector("#own-kept").hidden = false;
  };
  document.querySelector("#wipe").onclick = async () => {
    if (confirm(words.sure)) {
      await wipe();
      field.value = "";
    }
  };
}

start();
