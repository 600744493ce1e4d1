// Black boxes over what must not be seen. The boxes are drawn into the picture: nothing lies under them any more.

const dialog = document.querySelector("#cover");
const canvas = dialog.querySelector("canvas");
const pen = canvas.getContext("2d");
const button = (name) => dialog.querySelector(`[data-cover=${name}]`);

// The covered picture, or null where it was left as it is.
export async function cover(blob) {
  const picture = await createImageBitmap(blob);
  const boxes = [];
  let drawn = null;
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const draw = () => {
    pen.drawImage(picture, 0, 0);
    pen.fillStyle = "#000";
    for (const box of drawn ? [...boxes, drawn] : boxes) pen.fillRect(...box);
    button("undo").disabled = button("done").disabled = !boxes.length;
  };
  const place = (event) => {
    const seen = canvas.getBoundingClientRect();
    return [((event.clientX - seen.x) / seen.width) * canvas.width, ((event.clientY - seen.y) / seen.height) * canvas.height];
  };
  let start = null;
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    start = place(event);
  };
  canvas.onpointermove = (event) => {
    if (!start) return;
    const [x, y] = place(event);
    drawn = [Math.min(x, start[0]), Math.min(y, start[1]), Math.abs(x - start[0]), Math.abs(y - start[1])].map(Math.round);
    draw();
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (drawn && drawn[2] > 2 && drawn[3] > 2) boxes.push(drawn);
    start = drawn = null;
    draw();
  };
  const strip = Math.round(picture.height / 12);
  button("top").onclick = () => boxes.push([0, 0, picture.width, strip]) && draw();
  button("bottom").onclick = () => boxes.push([0, picture.height - strip, picture.width, strip]) && draw();
  button("undo").onclick = () => {
    boxes.pop();
    draw();
  };
  draw();
  dialog.returnValue = "";
  dialog.showModal();
  button("done").onclick = () => dialog.close("done");
  button("cancel").onclick = () => dialog.close("");
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  const covered = dialog.returnValue === "done" && boxes.length ? await drawnAs(blob.type) : null;
  picture.close();
  canvas.width = canvas.height = 1;
  return covered;
}

const drawnAs = (type) =>
  new Promise((made) => canvas.toBlob(made, type === "image/jpeg" ? type : "image/png", 0.92));

// Smaller, for a bad line, and only because the monitor asked.
export async function smaller(blob, most = 1280) {
  const picture = await createImageBitmap(blob);
  const part = Math.min(1, most / Math.max(picture.width, picture.height));
  [canvas.width, canvas.height] = [Math.round(picture.width * part), Math.round(picture.height * part)];
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
  picture.close();
  return made.size < blob.size ? made : null;
}
