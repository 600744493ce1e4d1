// Time codes of a video: the player writes them, people type what is said. Desk and phone use the same fields.

const TIME = String.raw`\d{1,5}(?::[0-5]?\d){0,2}(?:[.,]\d{1,3})?`;
const QUOTE = new RegExp(String.raw`^\s*(${TIME})\s*(?:[-–—]\s*(${TIME}))?\s+\S`);
const SPAN = new RegExp(String.raw`^\s*(${TIME})\s*[-–—]\s*(${TIME})\s*$`);

export function code(total) {
  const rounded = Math.floor(total * 10) / 10;
  const whole = Math.floor(rounded);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  const text = h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  const tenth = Math.round((rounded - whole) * 10);
  return tenth ? `${text}.${tenth}` : text;
}
const seconds = (text) => text.replace(",", ".").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

const spansOf = (text) =>
  text.split(/[,;\n]/).map((part) => part.match(SPAN)).filter(Boolean).map((found) => [seconds(found[1]), seconds(found[2])]);

// Spans in order, those that touch made one.
function joined(spans) {
  const made = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (made.length && from <= made.at(-1)[1]) made.at(-1)[1] = Math.max(made.at(-1)[1], to);
    else made.push([from, to]);
  }
  return made;
}

// The first line that cannot be read; "" where all can. The server looks again, more closely.
export function wrongLine({ length, watched, quotes }) {
  if (length.trim() && !new RegExp(`^${TIME}$`).test(length.trim())) return length;
  const spans = watched.split(/[,;\n]/).filter((part) => part.trim()).map((text) => [text, text.match(SPAN)]);
  const lines = quotes.split("\n").filter((line) => line.trim()).map((text) => [text, text.match(QUOTE)]);
  const last = length.trim() ? seconds(length.trim()) : Infinity;
  for (const [text, found] of [...spans, ...lines]) {
    if (!found) return text;
    const [start, end] = [seconds(found[1]), seconds(found[2] ?? found[1])];
    if (end < start || end > last) return text;
  }
  return "";
}

// `fields` holds inputs named video_length, video_watched, video_quotes, video_measured and buttons data-mark.
export function dress(fields, player) {
  const field = (name) => fields.querySelector(`[name=video_${name}]`);
  const start = fields.querySelector("[data-started]");
  let begun = null;
  const before = field("measured").value === "yes" ? spansOf(field("watched").value) : [];
  const measured = () => {
    const { played } = player;
    const now = Array.from({ length: played.length }, (_, i) => [played.start(i), played.end(i)])
      .filter(([from, to]) => to - from >= 0.2);
    if (!now.length || (field("watched").value && field("measured").value !== "yes")) return;
    field("watched").value = joined([...before, ...now]).map(([from, to]) => `${code(from)}-${code(to)}`).join(", ");
    field("measured").value = "yes";
  };
  const know = () => {
    if (Number.isFinite(player.duration) && !field("length").value) field("length").value = code(player.duration + 0.1);
  };
  const write = (from, to) => {
    const { value } = field("quotes");
    field("quotes").value = `${value}${value && !value.endsWith("\n") ? "\n" : ""}${code(from)}-${code(to)} `;
    field("quotes").focus();
    field("quotes").dispatchEvent(new Event("input", { bubbles: true }));
  };
  const mark = (what) => {
    const now = player.currentTime;
    if (what === "start") begun = now;
    else {
      player.pause();
      write(Math.min(begun ?? now, now), now);
      begun = null;
    }
    if (start) start.textContent = begun === null ? "" : code(begun);
  };
  const act = {
    "[": () => mark("start"), "]": () => mark("end"),
    " ": () => (player.paused ? player.play() : player.pause()),
    ArrowLeft: () => (player.currentTime = Math.max(0, player.currentTime - 5)),
    ArrowRight: () => (player.currentTime += 5),
  };
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, button")) return;
    if (!act[event.key] || (event.key === " " && event.target === player)) return; // a player knows the space bar itself
    event.preventDefault();
    act[event.key]();
  };
  player.addEventListener("loadedmetadata", know);
  know();
  for (const name of ["pause", "ended", "timeupdate"]) player.addEventListener(name, measured);
  field("watched").addEventListener("input", () => (field("measured").value = ""));
  for (const button of fields.querySelectorAll("[data-mark]")) {
    button.onclick = () => mark(button.dataset.mark);
    button.disabled = false;
  }
  (player.closest("[data-player]") ?? player).addEventListener("keydown", keys);
}
