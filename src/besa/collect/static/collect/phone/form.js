// The form: a link, pictures and recordings, what was seen. Nothing leaves it but into the queue.
import { cleaned } from "./clean.js";
import { cover, smaller } from "./cover.js";
import { SAID, ownName, texts } from "./names.js";
import { file as stored, keep, record, remembered, remove, said as told } from "./store.js";
import { dress, wrongLine } from "./times.js";

export const words = Object.fromEntries(
  [...document.querySelector("#words").content.children].map((span) => [span.dataset.word, span.textContent]),
);
export const say = (word, values = {}) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), words[word]);
export const size = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

const form = document.querySelector("#capture");
const list = form.querySelector("#files");
const fault = form.querySelector("#fault");
const { largest, mostFiles } = form.dataset;
const PLAIN = ["url", "platform", "kind", "account_name", "text", "note", "channel"];
let files = [];
let draft = "";
let seen = "";

const kindOf = (blob) => (blob.type.startsWith("video/") ? "recording" : "screenshot");
function complain(text, field) {
  fault.textContent = text;
  fault.hidden = !text;
  if (text) (form.elements[field] ?? fault).focus?.();
}

function show() {
  for (const shown of list.querySelectorAll("img, video")) URL.revokeObjectURL(shown.src);
  list.replaceChildren(...files.map(card));
  fit();
  const player = list.querySelector("video");
  if (player) dress(form.querySelector("#clip"), player);
}

// Only what this capture needs is asked for.
function fit() {
  form.querySelector("#sure").hidden = !files.length;
  for (const other of form.querySelectorAll("[data-no-link]")) other.hidden = Boolean(form.elements.url.value.trim() || !form.elements.text.value.trim());
  const moving = files.some((file) => file.kind === "recording");
  const clip = form.querySelector("#clip");
  if (moving || ["video", "live", "story"].includes(form.elements.kind.value)) clip.hidden = false;
  clip.querySelector(".marks").hidden = !moving;
}

function card(file, number) {
  const made = document.querySelector("#file").content.cloneNode(true).firstElementChild;
  const moving = file.kind === "recording";
  const look = document.createElement(moving ? "video" : "img");
  look.src = URL.createObjectURL(file.blob);
  if (moving) Object.assign(look, { controls: true, playsInline: true, preload: "metadata", tabIndex: 0 });
  else look.alt = say("picture", { n: number + 1 });
  made.querySelector(".look").append(look);
  made.classList.toggle("moving", moving);
  const state = [size(file.blob.size), file.scrubbed && words.covered, file.reduced && words.reduced].filter(Boolean);
  made.querySelector(".size").textContent = state.join(" · ");
  const act = (name, work) => {
    const button = made.querySelector(`[data-act=${name}]`);
    if (moving && name !== "drop") button.remove();
    else button.onclick = work;
  };
  act("cover", async () => {
    const covered = await cover(file.blob);
    if (covered) Object.assign(file, { original: file.original ?? file.blob, blob: covered, scrubbed: true });
    show();
  });
  act("smaller", async () => {
    const less = await smaller(file.blob);
    if (less) Object.assign(file, { blob: less, reduced: true });
    show();
  });
  act("drop", () => {
    files = files.filter((other) => other !== file);
    show();
  });
  const seal = made.querySelector("[data-seal]");
  seal.hidden = !file.original;
  seal.querySelector("input").checked = Boolean(file.seal);
  seal.querySelector("input").onchange = (event) => (file.seal = event.target.checked);
  return made;
}

async function take(blobs) {
  complain("");
  seen ||= new Date().toISOString();
  for (const blob of blobs) {
    if (!/^(image|video)\//.test(blob.type)) complain(say("no_picture", { name: blob.name ?? "" }));
    else if (blob.size > largest) complain(say("too_large", { n: size(largest) }));
    else if (files.length >= mostFiles) complain(say("too_many", { n: mostFiles }));
    else files.push({ blob: await cleaned(blob), kind: kindOf(blob) });
  }
  show();
}

function read() {
  const value = (name) => form.elements[name].value.trim();
  const said = { ...SAID, ...Object.fromEntries(PLAIN.map((name) => [name, value(name)])) };
  if (said.url && !/^[a-z]+:\/\//i.test(said.url)) said.url = `https://${said.url}`;
  said.video = {
    length: value("video_length"), watched: value("video_watched"), quotes: value("video_quotes"),
    measured: value("video_measured") === "yes",
  };
  if (files.some((file) => file.reduced)) said.note = [said.note, words.reduced_note].filter(Boolean).join(" · ");
  return said;
}

function isLink(text) {
  try {
    return !/\s/.test(text) && Boolean(new URL(text).host);
  } catch {
    return false;
  }
}

async function wrong(said) {
  if (!said.url && !said.text) return ["nothing", {}, "url"];
  if (said.url && !isLink(said.url)) return ["no_link", {}, "url"];
  if (!said.url && !said.platform) return ["which_platform", {}, "platform"];
  const own = ownName(await remembered("own", []), texts(said));
  if (own) return ["own_name", { name: own }, "text"];
  const line = wrongLine(said.video);
  if (line) return ["wrong_time", { line }, "video_quotes"];
  if (files.length && !form.elements.sure.checked) return ["look_first", {}, "sure"];
  return null;
}

function clear() {
  form.reset();
  form.elements.video_measured.value = "";
  form.querySelector("#clip").hidden = true;
  files = [];
  draft = seen = "";
  show();
}

// Keep what the form says; the id of the capture, or "" where something is missing.
async function submit() {
  const said = read();
  const fault = await wrong(said);
  complain(fault ? say(fault[0], fault[1]) : "", fault?.[2]);
  if (fault) return "";
  const { by = "", election = "" } = await remembered("session", {});
  const all = files.flatMap((file) => [
    { blob: file.blob, kind: file.kind, scrubbed: file.scrubbed },
    ...(file.seal && file.original ? [{ blob: file.original, kind: file.kind, sealed: true }] : []),
  ]);
  try {
    const id = await keep({ ...said, by, election, seen_at: seen || new Date().toISOString() }, all);
    if (draft) await remove(draft);
    clear();
    return id;
  } catch (error) {
    complain(error.name === "QuotaExceededError" ? words.no_room : String(error));
    return "";
  }
}

// Bring a capture that was shared in, or that was not taken, back into the form.
export async function reopen(id) {
  const row = await record(id);
  if (!row?.sealed) return;
  clear();
  const said = await told(row);
  draft = id;
  seen = said.seen_at;
  for (const name of PLAIN) form.elements[name].value = said[name] ?? "";
  for (const name of ["length", "watched", "quotes"]) form.elements[`video_${name}`].value = said.video?.[name] ?? "";
  form.elements.video_measured.value = said.video?.measured ? "yes" : "";
  const blobs = await Promise.all(said.files.map((file, number) => stored(id, number, file)));
  said.files.forEach((file, number) => {
    const before = files.at(-1);
    if (file.sealed && before) Object.assign(before, { original: blobs[number], seal: true });
    else files.push({ blob: blobs[number], kind: file.kind, scrubbed: file.scrubbed });
  });
  if (row.state === "draft") files = await Promise.all(files.map(async (file) => ({ ...file, blob: await cleaned(file.blob) })));
  show();
  form.scrollIntoView();
}

export function begin(kept) {
  form.elements.files.onchange = async (event) => {
    await take(event.target.files);
    event.target.value = "";
  };
  form.addEventListener("input", () => complain(""));
  form.addEventListener("paste", (event) => event.clipboardData.files.length && take(event.clipboardData.files));
  form.elements.url.oninput = () => {
    seen ||= new Date().toISOString();
    fit();
  };
  form.elements.text.oninput = form.elements.kind.onchange = fit;
  form.querySelector("[data-clip]").onclick = () => {
    const clip = form.querySelector("#clip");
    clip.hidden = !clip.hidden;
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const press = form.querySelector("[type=submit]");
    press.disabled = true;
    const id = await submit().finally(() => (press.disabled = false));
    if (id) kept(id);
  };
  form.querySelector("[type=submit]").disabled = false;
  show();
}
