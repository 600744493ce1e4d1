// One press of the key: read the page, take its picture, black out who looks, and open the form to confirm.

const pending = new Map();
const api = globalThis.browser ?? globalThis.chrome;

api.commands.onCommand.addListener((command, tab) => command === "capture" && start(tab));
api.action.onClicked.addListener((tab) => start(tab));
api.runtime.onInstalled.addListener(({ reason }) => reason === "install" && api.runtime.openOptionsPage());

async function start(tab) {
  const { address, names = [] } = await api.storage.local.get(["address", "names"]);
  if (!address) return api.runtime.openOptionsPage();
  const id = crypto.randomUUID();
  let found;
  try {
    found = await look(tab ?? (await api.tabs.query({ active: true, currentWindow: true }))[0], names);
  } catch (error) {
    found = { error: String(error?.message ?? error) };
  }
  pending.set(id, { ...found, token: id });
  return api.tabs.create({ url: `capture.html#${id}`, openerTabId: tab?.id, index: tab ? tab.index + 1 : undefined });
}

async function look(tab, names) {
  const target = { tabId: tab.id };
  await api.scripting.executeScript({ target, files: ["readers.js"] });
  const run = async (func) => (await api.scripting.executeScript({ target, func, args: [names] }))[0].result;
  const page = await run((mine) => globalThis.besa.take(mine));
  const picture = await api.tabs.captureVisibleTab(tab.windowId, { format: "png" });
  // The page may have moved while the picture was taken: what showed the operator before or after is blacked out.
  const after = await run((mine) => globalThis.besa.boxes(document, mine));
  const covered = await cover(picture, [...page.boxes, ...after], page.width);
  delete page.boxes;
  return { ...page, picture: covered, original: picture, tab: tab.id };
}

async function cover(picture, boxes, width) {
  const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const brush = canvas.getContext("2d");
  brush.drawImage(bitmap, 0, 0);
  const scale = bitmap.width / width;
  brush.fillStyle = "#000";
  for (const box of boxes) {
    brush.fillRect(
      Math.floor((box.x - 2) * scale), Math.floor((box.y - 2) * scale), Math.ceil((box.width + 4) * scale), Math.ceil((box.height + 4) * scale),
    );
  }
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return `data:image/png;base64,${btoa(text)}`;
}

// The form asks for what was taken (once), for the comments of the page, or for the unscrubbed page.
api.runtime.onMessage.addListener((message, sender, answer) => {
  if (sender.id !== api.runtime.id) return false;
  const run = async (func) => {
    const { names = [] } = await api.storage.local.get("names");
    return (await api.scripting.executeScript({ target: { tabId: message.tab }, func, args: [names] }))[0].result;
  };
  const told = (promise) => {
    promise.then((result) => answer({ result }), (error) => answer({ error: String(error?.message ?? error) }));
    return true;
  };
  if (message.take) {
    answer({ result: pending.get(message.take) ?? null });
    pending.delete(message.take);
    return false;
  }
  if (message.thread) {
    return told(run(async (mine) => ({ ...(await globalThis.besa.thread(document, mine)), dom: globalThis.besa.snapshot(document, mine) })));
  }
  if (message.whole) return told(run((mine) => globalThis.besa.snapshot(document, mine, true)));
  return false;
});
