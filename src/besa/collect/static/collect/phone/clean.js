// Takes out of a picture what the camera or the phone wrote beside it: owner, place, device. The pixels stay the same
// bytes; of a JPEG only the way it is turned is kept.

const TURNED = [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0];
const WORDY = new Set(["tEXt", "iTXt", "zTXt", "eXIf", "tIME"]);

function jpeg(bytes, view) {
  const parts = [bytes.subarray(0, 2)];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    const mark = bytes[at + 1];
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) return null;
    // kept: all but application segments and comments; of those JFIF, colour profile and Adobe's colour transform
    const foreign = (mark >= 0xe0 && mark <= 0xef && ![0xe0, 0xe2, 0xee].includes(mark)) || mark === 0xfe;
    if (!foreign) parts.push(bytes.subarray(at, end));
    else if (mark === 0xe1) {
      const turn = turned(view, at + 4, end);
      if (turn > 1) parts.push(Uint8Array.of(...TURNED, turn, 0, 0, 0, 0, 0, 0));
    }
    at = end;
  }
  if (bytes[at] !== 0xff) return null;
  parts.push(bytes.subarray(at));
  return parts;
}

// The tag "orientation" of an Exif segment; 1 where there is none.
function turned(view, at, end) {
  if (end - at < 14 || view.getUint32(at) !== 0x45786966) return 1;
  const start = at + 6;
  const little = view.getUint16(start) === 0x4949;
  const first = start + view.getUint32(start + 4, little);
  if (first + 2 > end) return 1;
  const count = view.getUint16(first, little);
  for (let entry = first + 2; entry < first + 2 + count * 12 && entry + 12 <= end; entry += 12) {
    if (view.getUint16(entry, little) === 0x112) return view.getUint16(entry + 8, little);
  }
  return 1;
}

function png(bytes, view) {
  const parts = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return null;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!WORDY.has(name)) parts.push(bytes.subarray(at, end));
    if (name === "IEND") return parts;
    at = end;
  }
  return null;
}

export async function cleaned(blob) {
  if (!["image/jpeg", "image/png"].includes(blob.type)) return blob;
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const parts = (blob.type === "image/jpeg" ? jpeg : png)(bytes, new DataView(bytes.buffer));
  return parts ? new Blob(parts, { type: blob.type }) : blob;
}
