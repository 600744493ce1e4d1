// The capture form: filled in from a pasted address or by the bookmarklet; pictures are dropped or pasted anywhere.

const form = document.querySelector("#capture");
const field = (name) => form.elements[name];
const own = document.querySelector("#own-names");
const previews = document.querySelector("#previews");

// The person's own names stay in this browser; they go along once, to be looked for, and are not kept.
try {
  own.value = localStorage.getItem("besa-own-names") ?? "";
} catch {
  own.value = "";
}
const names = () => own.value.split("\n").map((name) => name.trim()).filter(Boolean);
own.addEventListener("change", () => localStorage.setItem("besa-own-names", own.value));
form.addEventListener("submit", () => {
  field("operator").value = names().join("\n");
  if (!field("seen_at").value) field("seen_at").value = new Date().toISOString();
});

function withoutMe(text) {
  for (const name of names()) {
    text = text.replace(new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+"), "giu"), "[operator]");
  }
  return text;
}

// What an address tells.
const untouched = (name) => !field(name).value || field(name).dataset.filled === field(name).value;
function fill(name, value) {
  if (!value || !untouched(name)) return;
  field(name).value = value;
  field(name).dataset.filled = value;
}
// A moment as the form holds it: in the election's time zone.
function local(moment) {
  const found = new Date(moment);
  if (!moment || Number.isNaN(found.getTime())) return "";
  return found.toLocaleString("sv-SE", { timeZone: form.dataset.zone }).replace(" ", "T");
}
async function ask() {
  const url = field("url").value.trim();
  if (!/^https?:\/\//.test(url)) return;
  const answer = await fetch(`${form.dataset.address}?url=${encodeURIComponent(url)}`);
  if (!answer.ok || field("url").value.trim() !== url) return;
  const told = await answer.json();
  fill("platform", told.platform);
  fill("account_handle", told.account_handle);
  fill("posted_at", local(told.posted_at));
  if (told.kind && field("kind").value === "post") field("kind").value = told.kind;
}
field("url").addEventListener("input", ask);
field("url").addEventListener("change", ask);

// Pictures and recordings.
function show() {
  for (const old of previews.querySelectorAll("img")) {
    old.remove();
  }
  for (const file of field("screenshots").files) {
    if (!file.type.startsWith("image/")) continue;
    const reader = new FileReader();
    const picture = Object.assign(new Image(), { alt: file.name });
    previews.append(picture);
    reader.addEventListener("load", () => (picture.src = reader.result));
    reader.readAsDataURL(file);
  }
}
function add(files) {
  const all = new DataTransfer();
  for (const file of [...field("screenshots").files, ...files]) all.items.add(file);
  field("screenshots").files = all.files;
  show();
}
field("screenshots").addEventListener("change", show);
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length) {
    event.preventDefault();
    add(files);
  }
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) add([...event.dataTransfer.files]);
  else if (event.dataTransfer.getData("text/uri-list")) {
    field("url").value = event.dataTransfer.getData("text/uri-list").split("\n")[0];
    ask();
  }
});

// The bookmarklet opens this page with what it read behind the #, and hands the copy of the page over if it may.
if (location.hash.length > 1) {
  try {
    const said = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    for (const name of ["url", "platform", "kind", "text", "account_name", "account_handle", "parent_url"]) {
      if (typeof said[name] === "string") field(name).value = name === "text" ? withoutMe(said[name]) : said[name];
    }
    if (said.posted_at) field("posted_at").value = local(said.posted_at);
    field("counts").value = JSON.stringify(said.counts ?? {});
    field("seen_at").value = said.seen_at ?? "";
    field("device").value = "bookmarklet";
  } catch {
    // not ours
  }
  history.replaceState(null, "", location.pathname);
  window.addEventListener("message", (event) => {
    if (event.source !== window.opener || typeof event.data?.besaDom !== "string") return;
    const file = new DataTransfer();
    file.items.add(new File([withoutMe(event.data.besaDom)], "page.html", { type: "text/html" }));
    field("dom").files = file.files;
    previews.append(Object.assign(document.createElement("span"), { className: "badge ok", textContent: previews.dataset.words }));
  });
  // Only a sign that this page listens: whoever opened it learns nothing.
  window.opener?.postMessage({ besa: "ready" }, "*");
}
form.dataset.ready = "yes";
