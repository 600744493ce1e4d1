// Checks in the reader's own browser that the files served here are the files of the edition.

const box = document.getElementById("check");
const button = box.querySelector("button");
const report = box.querySelector("[role=status]");
const say = (name, values = {}) =>
  box.dataset[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function bytesOf(path) {
  const answer = await fetch(box.dataset.root + path, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.arrayBuffer();
}

async function check() {
  const manifest = await bytesOf("manifest.json");
  if ((await sha256(manifest)) !== box.dataset.edition) return [say("manifest")];
  const entries = JSON.parse(new TextDecoder().decode(manifest));
  const problems = [];
  let done = 0;
  for (const entry of entries) {
    try {
      if ((await sha256(await bytesOf(entry.path))) !== entry.sha256) problems.push(entry.path);
    } catch {
      problems.push(entry.path);
    }
    done += 1;
    report.textContent = say("running", { done, all: entries.length });
  }
  return problems.length ? problems.map((path) => say("changed", { path })) : [say("whole", { all: entries.length })];
}

if (globalThis.crypto?.subtle && location.protocol.startsWith("http")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    let lines;
    try {
      lines = await check();
    } catch {
      lines = [say("manifest")];
    }
    report.replaceChildren(
      ...lines.map((line) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = line;
        return paragraph;
      }),
    );
    button.disabled = false;
  });
}
