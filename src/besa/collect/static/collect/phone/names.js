// What a capture says, and whether the monitor's own name stands in it.

export const SAID = {
  url: "", platform: "", kind: "post", account_name: "", text: "", note: "", channel: "public",
  video: { length: "", watched: "", quotes: "", measured: false },
};

// Without case, accents, punctuation and percent signs: "Besa%20Çela", "besa.cela" and "@BesaCela" are one name.
function plain(text) {
  let open = text;
  try {
    open = decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    // not an address
  }
  return open.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ë", "e").replaceAll("đ", "dj");
}
const wordsOf = (text) => plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

// The first of `names` that stands in one of the texts; "" where none does.
export function ownName(names, texts) {
  for (const name of names) {
    const own = wordsOf(name);
    if (own.join("").length < 3) continue;
    for (const text of texts) {
      const words = wordsOf(text);
      // A short name must stand alone, or it would be found in half of all words.
      if (` ${words.join(" ")} `.includes(` ${own.join(" ")} `)) return name;
      if (own.join("").length >= 6 && words.join("").includes(own.join(""))) return name;
    }
  }
  return "";
}

export const texts = (said) => [
  said.url, said.text, said.note, said.account_name, said.video?.quotes ?? "",
].filter(Boolean);
