// Texts in the browser's language, from _locales.

const api = globalThis.browser ?? globalThis.chrome;
const say = (name, ...parts) => api.i18n.getMessage(name, parts.map(String));
document.documentElement.lang = api.i18n.getUILanguage();
for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);

function tell(text, kind = "") {
  const state = document.querySelector("#state");
  state.className = `notice ${kind}`;
  state.hidden = !text;
  state.replaceChildren(text);
  return state;
}

// "https://besa.example/z/TOKEN", however it was pasted; empty where it is none.
function gate(text) {
  try {
    const found = new URL(text.trim());
    const token = /^\/z\/([\w-]{20,})/.exec(found.pathname)?.[1];
    return token && /^https?:$/.test(found.protocol) ? `${found.origin}/z/${token}` : "";
  } catch {
    return "";
  }
}
