// The form: what was read is filled in; one press sends it. Nothing leaves the browser before.

const form = document.querySelector("#form");
const FIELDS = ["text", "account_name", "account_handle", "kind", "url"];
const COUNTS = ["reactions", "comments", "shares", "views"];
let taken = null;
let thread = null;

const asked = (message) => api.runtime.sendMessage(message).then(({ result, error }) => {
  if (error) throw new Error(error);
  return result;
});

asked({ take: location.hash.slice(1) }).then((found) => {
  if (!found) return tell(say("gone"), "bad");
  taken = found;
  if (found.error) return tell(say("not_here", found.error), "bad");
  document.querySelector("#picture").src = found.picture;
  if (found.comment) document.querySelector("#which").hidden = false;
  if (!found.known) tell(say("not_known"), "warn");
  fill();
  document.querySelector("#send").focus();
  document.body.dataset.ready = "yes";
});

const chosen = () => (taken.comment && form.which.value === "comment" ? taken.comment : taken.post);

function fill() {
  const read = chosen();
  for (const name of FIELDS) form[name].value = read[name] ?? "";
  if (taken.selected && taken.selected.length > 15 && !read.text) form.text.value = taken.selected;
  form.posted_at.value = local(read.posted_at);
  form.posted_at.dataset.read = form.posted_at.value;
  for (const name of COUNTS) form[name].value = read.counts[name] ?? "";
  const by = read.account_name || read.account_handle || say("unknown_account");
  document.querySelector("#from").textContent = read.parent_url ? say("from_comment", by, taken.post.account_name || taken.post.account_handle) : say("from_post", by, read.platform);
  document.querySelector("#thread").disabled = ["portal", "telegram"].includes(read.platform);
}

function local(value) {
  if (!value) return "";
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return `${value}T00:00:00`;
  const moment = new Date(value);
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}

for (const radio of form.querySelectorAll("[name=which]")) radio.addEventListener("change", fill);
document.querySelector("#no_picture").addEventListener("click", () => {
  taken.picture = taken.original = "";
  document.querySelector("figure").hidden = true;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

document.querySelector("#thread").addEventListener("click", async (event) => {
  event.target.disabled = true;
  const frame = document.querySelector("#frame");
  frame.textContent = say("expanding");
  try {
    thread = await asked({ thread: true, tab: taken.tab });
    taken.dom = thread.dom;
    delete thread.dom;
    frame.textContent = say("frame", thread.captured, thread.declared ?? "?", thread.sort || say("unknown_sort"), thread.hidden);
  } catch (error) {
    frame.textContent = say("not_here", error.message);
    event.target.disabled = false;
  }
});

async function sha256(file) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function files() {
  const found = {};
  if (taken.picture) found.screenshot = [bytes(taken.picture), "screenshot.png"];
  if (taken.dom) found.dom = [new Blob([taken.dom], { type: "text/html" }), "page.html"];
  if (form.sealed.checked) {
    if (taken.original) found.sealed_screenshot = [bytes(taken.original), "original.png"];
    found.sealed_dom = [new Blob([await asked({ whole: true, tab: taken.tab })], { type: "text/html" }), "original.html"];
  }
  return found;
}

// A data address as a file; `fetch` of one would need a wider policy for this page.
function bytes(picture) {
  const text = atob(picture.split(",")[1]);
  return new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))], { type: "image/png" });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!taken || form.dataset.busy) return;
  form.dataset.busy = "yes";
  tell(say("sending"));
  try {
    await send();
  } catch (error) {
    tell(error.message, "bad");
  }
  delete form.dataset.busy;
});

async function send() {
  const { address, names = [] } = await api.storage.local.get(["address", "names"]);
  const read = chosen();
  const parts = await files();
  const said = {
    ...Object.fromEntries(FIELDS.map((name) => [name, form[name].value])),
    token: taken.token, device: "extension", platform: read.platform, title: read.title, parent_url: read.parent_url ?? "",
    posted_at: form.posted_at.value === form.posted_at.dataset.read ? read.posted_at : new Date(form.posted_at.value).toISOString(),
    seen_at: taken.seen_at, channel: form.closed.checked ? "closed" : "public", note: form.note.value,
    docket_reason: form.docket_reason.value, urgent: form.urgent.checked,
    counts: { ...read.counts, ...Object.fromEntries(COUNTS.map((name) => [name, form[name].value || null])) },
    thread, operator: [...new Set([...names, ...taken.operator])], sha256: {},
  };
  const body = new FormData();
  for (const [name, [file]] of Object.entries(parts)) said.sha256[name] = await sha256(file);
  body.append("capture", JSON.stringify(said));
  for (const [name, [file, title]] of Object.entries(parts)) body.append(name, file, title);
  const answer = await fetch(`${address}/api/capture/`, { method: "POST", body, credentials: "omit", referrerPolicy: "no-referrer" });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.message);
  const state = tell(say("done") + " ", "ok");
  const link = Object.assign(document.createElement("a"), { href: told.url, target: "_blank", rel: "noopener", textContent: say("see") });
  state.append(link);
  form.hidden = true;
  link.focus();
  document.body.dataset.sent = told.post_key;
}
