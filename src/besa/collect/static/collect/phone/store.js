// The queue on this phone. All that says what was captured is enciphered before it is written (AES-GCM, 256 bits); the
// key is made here, cannot be taken out of the browser, and goes with "Remove everything". The page, and the service
// worker when something is shared with Besa, both write here.
import { Sha256 } from "./sha256.js";

export const PIECE = 256 * 1024;
const STORES = { things: { keyPath: "name" }, captures: { keyPath: "id" }, pieces: {} };
// Two ends of one channel: what this page itself says it hears as well.
const mouth = new BroadcastChannel("besa-phone");
const ear = new BroadcastChannel("besa-phone");
let opened = null;

export const told = (heard) => ear.addEventListener("message", (event) => heard(event.data));
export const tell = (what) => mouth.postMessage(what);

function base() {
  opened ??= new Promise((yes, no) => {
    const asked = indexedDB.open("besa-phone", 1);
    asked.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) asked.result.createObjectStore(name, options);
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      yes(asked.result);
    };
    asked.onerror = () => no(asked.error);
  });
  return opened;
}

// Work in one transaction; what `work` puts into the returned request is its result.
async function within(stores, mode, work) {
  const held = (await base()).transaction(stores, mode, mode === "readwrite" ? { durability: "strict" } : {});
  return new Promise((yes, no) => {
    let asked = null;
    held.oncomplete = () => yes(asked?.result);
    held.onabort = held.onerror = () => no(held.error ?? asked?.error);
    asked = work(held);
  });
}
const get = (store, key) => within([store], "readonly", (held) => held.objectStore(store).get(key));
const put = (store, value, key) => within([store], "readwrite", (held) => held.objectStore(store).put(value, key));

async function key() {
  const known = await get("things", "key");
  if (known) return known.key;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Page and service worker may both come first: the one whose key is there already wins.
  await within(["things"], "readwrite", (held) => held.objectStore("things").add({ name: "key", key: made }))
    .catch(() => null);
  return (await get("things", "key")).key;
}

const place = (where) => new TextEncoder().encode(where);
async function seal(bytes, where) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: place(where) }, await key(), bytes);
  return { iv, data };
}
const unseal = async (sealed, where) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv, additionalData: place(where) }, await key(), sealed.data);
const sealText = (value, where) => seal(new TextEncoder().encode(JSON.stringify(value)), where);
const unsealText = async (sealed, where) => JSON.parse(new TextDecoder().decode(await unseal(sealed, where)));

// What this phone remembers besides: own names, who signed in last.
export async function remembered(name, otherwise) {
  const found = await get("things", name);
  return found ? unsealText(found.sealed, name) : otherwise;
}
export const remember = async (name, value) => put("things", { name, sealed: await sealText(value, name) });

// Write a capture: hashed and enciphered piece by piece, so that a recording of any length fits into little memory.
// `files`: [{blob, kind, scrubbed, sealed}]. It counts as kept only when all of it is on the phone.
export function keep(said, files, state = "waiting") {
  const id = crypto.randomUUID().replaceAll("-", "");
  return navigator.locks.request(`keep-${id}`, async () => {
    const at = Date.now();
    await put("captures", { id, at, state: "writing" });
    try {
      const kept = [];
      for (const [number, file] of files.entries()) {
        const digest = new Sha256();
        const { blob } = file;
        for (let start = 0; start < blob.size; start += PIECE) {
          const bytes = new Uint8Array(await blob.slice(start, start + PIECE).arrayBuffer());
          digest.update(bytes);
          const where = [id, number, start / PIECE];
          await put("pieces", await seal(bytes, where.join("/")), where);
        }
        kept.push({
          kind: file.kind, type: blob.type, size: blob.size, sha256: digest.hex(),
          scrubbed: Boolean(file.scrubbed), sealed: Boolean(file.sealed),
        });
      }
      await put("captures", { id, at, state, sealed: await sealText({ ...said, files: kept }, id) });
    } catch (error) {
      await remove(id);
      throw error;
    }
    tell({ changed: id });
    return id;
  });
}

export async function piece(id, number, index) {
  const where = [id, number, index];
  return new Uint8Array(await unseal(await get("pieces", where), where.join("/")));
}

// The file as it was chosen, to look at it again.
export async function file(id, number, { type, size }) {
  const pieces = [];
  for (let index = 0; index * PIECE < size; index++) pieces.push(await piece(id, number, index));
  return new Blob(pieces, { type });
}

export const record = (id) => get("captures", id);
export const said = async (row) => (row.sealed ? unsealText(row.sealed, row.id) : null);
export const records = () => within(["captures"], "readonly", (held) => held.objectStore("captures").getAll());

// Change a record in one step; nothing happens where it is gone.
export async function change(id, values) {
  await within(["captures"], "readwrite", (held) => {
    const store = held.objectStore("captures");
    const asked = store.get(id);
    asked.onsuccess = () => {
      if (asked.result) store.put({ ...asked.result, ...values });
    };
    return null;
  });
  tell({ changed: id });
}

const piecesOf = (id) => IDBKeyRange.bound([id], [id, []]);
export async function remove(id) {
  await within(["captures", "pieces"], "readwrite", (held) => {
    held.objectStore("pieces").delete(piecesOf(id));
    return held.objectStore("captures").delete(id);
  });
  tell({ changed: id });
}

// It has arrived: only that it did, and when, stays on the phone.
export async function arrived(id, capture) {
  await within(["captures", "pieces"], "readwrite", (held) => {
    held.objectStore("pieces").delete(piecesOf(id));
    return held.objectStore("captures").put({ id, at: Date.now(), state: "sent", capture });
  });
  tell({ changed: id });
}

// What a killed page left half-written, what was removed, and old notes of arrival.
export async function tidy() {
  for (const row of await records()) {
    if (row.state === "writing") {
      await navigator.locks.request(`keep-${row.id}`, { ifAvailable: true }, (free) => free && remove(row.id));
    } else if (row.state === "removed" || (row.state === "sent" && row.at < Date.now() - 7 * 86400e3)) {
      await remove(row.id);
    }
  }
}

export async function wipe() {
  await within(Object.keys(STORES), "readwrite", (held) => {
    for (const name of Object.keys(STORES)) held.objectStore(name).clear();
    return null;
  });
  tell({ changed: "" });
}
