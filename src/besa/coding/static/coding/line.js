// The line to Besa, which may fail for an hour: posts fetched ahead, drafts as they are typed, and answers that wait
// to be sent, in order and each once. All of it is in this browser only, and gone with signing out (besa.js).
const STORES = {
  things: { keyPath: "name" }, posts: { keyPath: ["task", "id"] }, drafts: { keyPath: "id" },
  queue: { keyPath: "n", autoIncrement: true },
};
const FEW = 5;
let said = null;
let opened = null;
let state = "";

export const wait = (ms, value) => new Promise((done) => setTimeout(() => done(value), ms));

function base() {
  opened ??= new Promise((yes, no) => {
    const asked = indexedDB.open("besa-desk", 1);
    asked.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) asked.result.createObjectStore(name, options);
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      yes(asked.result);
    };
    asked.onerror = () => no(asked.error);
  });
  return opened;
}

async function within(stores, mode, work) {
  const held = (await base()).transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : {});
  return new Promise((yes, no) => {
    let asked = null;
    held.oncomplete = () => yes(asked?.result);
    held.onabort = held.onerror = () => no(held.error ?? asked?.error);
    asked = work((name) => held.objectStore(name));
  });
}
const all = (store) => within([store], "readonly", (of) => of(store).getAll());
const put = (store, value) => within([store], "readwrite", (of) => of(store).put(value));
const drop = (store, key) => within([store], "readwrite", (of) => of(store).delete(key));

/** Open the store of whoever sits here; what somebody else left is thrown away first. */
export async function open(element) {
  said = element;
  const who = `${said.dataset.user}:${said.dataset.election}`;
  const known = await within(["things"], "readonly", (of) => of("things").get("who"));
  if (known?.who !== who) {
    await within(Object.keys(STORES), "readwrite", (of) => {
      for (const name of Object.keys(STORES)) of(name).clear();
      return of("things").put({ name: "who", who });
    });
  }
  addEventListener("online", () => flush().then(refill));
  addEventListener("offline", () => tell("off"));
  setInterval(() => flush().then((went) => went && refill()), 20_000);
}

// What is said in the strip above the post

export async function tell(what = state) {
  state = what;
  if (!said) return;
  const [waits, ready] = [(await queued()).length, (await posts()).length];
  try { localStorage.setItem("besa-unsent", String(waits)); } catch { /* private windows forget */ }
  const parts = [what && said.dataset[what], waits && `${waits} ${said.dataset.waits}`, `${ready} ${said.dataset.ready}`];
  said.textContent = parts.filter(Boolean).join(" · ");
  said.dataset.state = what;
}

// Drafts

export const draft = (id) => within(["drafts"], "readonly", (of) => of("drafts").get(Number(id)));
export const keep = (id, entries, once) => put("drafts", { id: Number(id), entries, once, at: Date.now() });
export const forget = (id) => drop("drafts", Number(id));

// The queue

const queued = () => all("queue");
export const waits = async (task, id) => (await queued()).find((one) => one.task === task && one.id === Number(id));

/** Write an answer down for sending; from here on it survives a closed browser. */
export async function submit({ task, id, url, entries, once }) {
  await within(["queue", "posts", "drafts"], "readwrite", (of) => {
    of("posts").delete([task, Number(id)]);
    of("drafts").delete(Number(id));
    return of("queue").add({ task, id: Number(id), url, entries, once });
  });
  outcomes.delete(once);
}

/** Take an answer out of the queue again; null where it is on its way or has arrived. */
export const unsend = (task, id) => navigator.locks.request("besa-desk-send", async () => {
  const found = await waits(task, id);
  if (found) await drop("queue", found.n);
  tell();
  return found ?? null;
});

const outcomes = new Map();
/** How the answer with this mark fared: {status, ...}; undefined while it waits. */
export const outcome = (once) => outcomes.get(once);
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

const form = (entries) => {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
};
export const ask = (url, entries = []) => fetch(url, {
  method: "POST", body: form(entries), credentials: "same-origin",
  headers: { Accept: "application/json", "X-CSRFToken": token() },
});

/** Send what waits, in order, one tab at a time; true where all of it arrived. */
export const flush = () => navigator.locks.request("besa-desk-send", async () => {
  for (let one = (await queued())[0]; one; one = (await queued())[0]) {
    let answer;
    try { answer = await ask(one.url, [...one.entries, ["once", one.once]]); } catch { tell("off"); return false; }
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => null) : null;
    if (!told || ![200, 409, 422].includes(answer.status)) {
      // signed out, or a fault of the server: it stays where it is
      tell(answer.redirected || [401, 403].includes(answer.status) ? "login" : "off");
      return false;
    }
    if (answer.status === 422) await put("posts", { task: one.task, id: one.id, html: told.html, place: -1, back: true });
    await drop("queue", one.n);
    outcomes.set(one.once, { status: answer.status, ...told });
    tell(answer.status === 409 ? "refused" : "");
  }
  tell("");
  return true;
});

// Posts fetched ahead

const posts = async (task = said.dataset.task) => (await all("posts")).filter((one) => one.task === task);

/** Fetch more where few are left; null where nobody answered, else how many posts lie here. */
export async function refill({ shown = 0 } = {}) {
  const task = said.dataset.task;
  const here = await posts();
  if (here.filter((one) => one.html).length >= FEW) return here.length;
  try {
    const have = [...here.filter((one) => one.html).map((one) => one.id), Number(shown)].filter(Boolean);
    const answer = await ask(said.dataset.batch, have.map((id) => ["have", id]));
    if (!answer.ok || answer.redirected) { tell(answer.status < 500 ? "login" : "off"); return null; }
    const { items } = await answer.json();
    const taken = new Set((await queued()).filter((one) => one.task === task).map((one) => one.id));
    const listed = new Set(items.map((one) => one.id));
    await within(["posts"], "readwrite", (of) => {
      for (const one of here) if (!listed.has(one.id) && !one.back) of("posts").delete([task, one.id]);
      items.forEach((one, place) => {
        const known = here.find((other) => other.id === one.id);
        const html = one.html || known?.html;
        if (html && !taken.has(one.id) && !known?.back) of("posts").put({ task, id: one.id, html, place, until: one.until });
      });
      return null;
    });
    tell("");
    return (await posts()).length;
  } catch {
    tell("off");
    return null;
  }
}

/** The next post that lies here, other than the one shown; undefined where there is none. */
export async function next(shown) {
  const here = (await posts()).filter((one) => one.html && one.id !== Number(shown));
  return here.sort((one, other) => one.place - other.place)[0];
}

/** Give all back that is held ahead: somebody stops. */
export async function stop() {
  try { await ask(said.dataset.free); } catch { /* the holds run out by themselves */ }
  await within(["posts"], "readwrite", (of) => of("posts").clear());
}
