// Keeps the page for the time without a line, takes what is shared with Besa, and sends when the line comes back.
import { keep, remembered } from "/phone/files/store.js";
import { SAID } from "/phone/files/names.js";
import { sendAll } from "/phone/files/send.js";

const STORE = `besa-phone-${SHELL.version}`;

self.addEventListener("install", (event) => {
  // asked for anew, but not sent again where the page has just loaded them
  const all = [SHELL.page, ...SHELL.files].map((path) => new Request(path, { cache: "no-cache" }));
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(all)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("besa-phone-") && name !== STORE;
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method === "POST" && pathname === SHELL.share) event.respondWith(shared(event.request));
  else if (event.request.method === "GET" && (pathname === SHELL.page || SHELL.files.includes(pathname))) {
    event.respondWith(
      caches.open(STORE).then((store) => store.match(pathname)).then((kept) => kept ?? fetch(event.request)),
    );
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag === "send") {
    event.waitUntil(sendAll().then((came) => {
      if (came === "offline" || came === "later") throw new Error(came); // the browser tries again by itself
    }));
  }
});

// Many apps put the link into the text; it is looked for there.
async function shared(request) {
  const form = await request.formData();
  const words = ["title", "text"].map((name) => String(form.get(name) ?? "")).filter(Boolean).join("\n");
  const link = String(form.get("url") ?? "") || (words.match(/https?:\/\/\S+/)?.[0] ?? "");
  const files = form.getAll("files").filter((file) => file instanceof File && file.size);
  const { by = "", election = "" } = await remembered("session", {});
  const said = { ...SAID, url: link, text: words.replace(link, "").trim(), by, election, seen_at: new Date().toISOString() };
  const kinds = (file) => (file.type.startsWith("video/") ? "recording" : "screenshot");
  const id = await keep(said, files.map((blob) => ({ blob, kind: kinds(blob) })), "draft");
  return Response.redirect(`${SHELL.page}?draft=${id}`, 303);
}
