"""What is run inside a page: looking at it, refusing cookies, scrolling, blacking out who captures."""

#: What the visitor sees, and how much of the window lies under a consent banner.
PROBE = """() => {
  const banner = /cookie|consent|gdpr|kuki|biskot|kolači|колачић|privatësi|pëlqim|saglasn|pristan/i;
  const view = innerWidth * innerHeight;
  let covered = 0;
  for (const box of document.querySelectorAll("body *")) {
    const style = getComputedStyle(box);
    if (!["fixed", "sticky"].includes(style.position) && box.tagName !== "DIALOG") continue;
    if (style.display === "none" || style.visibility === "hidden" || !banner.test(box.innerText || "")) continue;
    const at = box.getBoundingClientRect();
    const wide = Math.max(0, Math.min(at.right, innerWidth) - Math.max(at.left, 0));
    const high = Math.max(0, Math.min(at.bottom, innerHeight) - Math.max(at.top, 0));
    covered = Math.max(covered, (wide * high) / view);
  }
  return {
    text: document.body ? document.body.innerText : "",
    title: document.title,
    password: [...document.querySelectorAll("input[type=password]")].some((field) => field.offsetParent !== null),
    covered,
    height: document.documentElement.scrollHeight,
  };
}"""
#: What refuses cookies, best first; only where nothing does, what accepts them.
REFUSE = """() => {
  const refuse = new RegExp("^(reject|decline|refuse|only necessary|necessary only|deny|refuzo|"
    + "vetëm të nevojshmet|odbij|samo neophodn|одбиј|само неопходн)", "i");
  const accept = /^(accept|agree|allow|ok\\b|prano|pajtohem|prihvati|slažem|прихвати|слажем)/i;
  const buttons = [...document.querySelectorAll("button, [role=button], a.button, input[type=submit]")].filter(
    (one) => one.offsetParent !== null || getComputedStyle(one).position === "fixed");
  for (const [name, words] of [["refused", refuse], ["accepted", accept]]) {
    const found = buttons.find((one) => words.test((one.innerText || one.value || "").trim()));
    if (found) { found.click(); return name; }
  }
  return "";
}"""
#: Scrolls down for what loads late; whether there was still more below.
DOWN = """async ([screens, pause]) => {
  let last = -1, at = 0;
  for (; at < screens; at += 1) {
    scrollBy(0, innerHeight);
    await new Promise((done) => setTimeout(done, pause));
    if (scrollY === last) break;
    last = scrollY;
  }
  const below = document.documentElement.scrollHeight - scrollY - innerHeight;
  scrollTo(0, 0);
  await new Promise((done) => setTimeout(done, pause));
  return at === screens && below > 2;
}"""
#: Addresses of what plays.
PLAYS = """() => [...document.querySelectorAll("video, audio, video source, audio source")]
  .map((one) => one.currentSrc || one.src).filter(Boolean).slice(0, 40)"""
#: The operator's names and what stands for a log-in, out of the page itself, so that no picture shows them.
BLACKEN = """(words) => {
  const found = words.map((word) => word.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&"));
  if (!found.length) return;
  const pattern = new RegExp(found.join("|"), "giu");
  const black = (text) => text.replace(pattern, (hit) => "█".repeat([...hit].length));
  const walk = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT
    | NodeFilter.SHOW_COMMENT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node.nodeType !== Node.ELEMENT_NODE) {
      if (pattern.test(node.data)) node.data = black(node.data);
    } else {
      for (const attribute of [...node.attributes]) {
        pattern.lastIndex = 0;
        if (!pattern.test(attribute.value)) continue;
        if (["IMG", "VIDEO", "IMAGE"].includes(node.tagName.toUpperCase())) node.style.visibility = "hidden";
        attribute.value = black(attribute.value);
      }
      if ("value" in node && typeof node.value === "string" && pattern.test(node.value)) node.value = black(node.value);
    }
    pattern.lastIndex = 0;
  }
  document.title = black(document.title);
}"""
