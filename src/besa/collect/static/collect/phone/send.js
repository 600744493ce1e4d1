// Sends what waits, oldest first, one sender at a time (page or service worker). Every step may be repeated: the server
// knows captures by the token made on this phone, and files by how many of their bytes it has.
import { PIECE, arrived, change, piece, record, records, remembered, remember, said, tell } from "./store.js";
import { hex } from "./sha256.js";

export class SignIn extends Error {}
class Refusal extends Error {}
class Later extends Error {}
class Gone extends Error {}
const TIMEOUT = 120_000;

async function ask(path, options = {}) {
  const answer = await fetch(`/phone/${path}`, {
    redirect: "manual", credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT), ...options,
  });
  if (answer.type === "opaqueredirect") throw new SignIn();
  return answer;
}

export async function session() {
  const answer = await ask("session/");
  if (answer.status === 403) throw new Refusal(answer.statusText);
  if (!answer.ok) throw new Later();
  const found = await answer.json();
  await remember("session", { by: found.by, election: found.election });
  return found;
}

const post = (path, body, { csrf }) =>
  ask(path, {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
  });

async function fault(answer) {
  const told = await answer.json().catch(() => ({}));
  const words = [told.where, told.error, told.remedy].filter(Boolean).join(" · ") || `${answer.status}`;
  return [403, 413, 422].includes(answer.status) ? new Refusal(words) : new Later(words);
}

async function sendFile(id, number, file, election, held, progress) {
  const begin = async () => {
    const { kind, type, size, sha256, scrubbed, sealed } = file;
    const body = { token: id, number, election, kind, media_type: type, size, sha256, scrubbed, sealed };
    const answer = await post("uploads/", body, held);
    if (!answer.ok) throw await fault(answer);
    return (await answer.json()).offset;
  };
  let offset = await begin();
  let damaged = 0;
  while (offset < file.size) {
    if ((await record(id))?.state !== "waiting") throw new Gone();
    const data = (await piece(id, number, Math.floor(offset / PIECE))).subarray(offset % PIECE);
    const sum = hex(await crypto.subtle.digest("SHA-256", data));
    const answer = await ask(`uploads/${id}/${number}/`, {
      method: "PATCH", body: data,
      headers: {
        "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset),
        "Upload-Checksum": `sha256 ${sum}`, "X-CSRFToken": held.csrf,
      },
    });
    if (answer.ok || answer.headers.has("Upload-Offset")) offset = Number(answer.headers.get("Upload-Offset"));
    else if (answer.status === 404 || (answer.status === 422 && ++damaged < 4)) offset = await begin();
    else throw await fault(answer);
    progress(offset);
  }
}

async function sendOne(row, held) {
  const { files, by, ...rest } = await said(row);
  if (by && by !== held.by) return change(row.id, { hold: by });
  const whole = files.reduce((sum, file) => sum + file.size, 0);
  let before = 0;
  for (const [number, file] of files.entries()) {
    await sendFile(row.id, number, file, rest.election, held, (offset) =>
      tell({ id: row.id, part: (before + offset) / whole }));
    before += file.size;
  }
  const body = { ...rest, token: row.id, files: files.length, operator_names: await remembered("own", []) };
  const answer = await post("captures/", body, held);
  if (!answer.ok) throw await fault(answer);
  await arrived(row.id, (await answer.json()).capture);
}

// What came of it: "" all sent (or somebody else is sending), "offline", "sign_in" or "later".
export function sendAll() {
  return navigator.locks.request("besa-send", { ifAvailable: true }, async (free) => {
    if (!free) return "";
    let outcome = "";
    try {
      const waiting = (await records()).filter((row) => row.state === "waiting").sort((a, b) => a.at - b.at);
      if (!waiting.length) return "";
      const held = await session();
      for (const row of waiting) {
        try {
          await sendOne(row, held);
        } catch (error) {
          if (error instanceof Refusal) await change(row.id, { state: "refused", why: error.message });
          else if (error instanceof Later) outcome = "later";
          else if (!(error instanceof Gone)) throw error;
        }
      }
    } catch (error) {
      if (error instanceof SignIn) return "sign_in";
      if (error instanceof Refusal) return "not_yours";
      return error instanceof Later ? "later" : "offline";
    }
    return outcome;
  });
}

// A capture that is removed here is taken back there, as far as it has come.
export async function discard(id) {
  await post("discard/", { token: id }, await session()).catch(() => null);
}
