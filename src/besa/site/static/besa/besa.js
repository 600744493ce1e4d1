// Small comforts for every page; all of them work without this file, only less smoothly.

// Choosing an election, a language or an appearance sends its form at once.
for (const select of document.querySelectorAll("select[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
  const button = select.form.querySelector("button[type=submit]");
  if (button) button.hidden = true;
}

// What is blurred shows itself when asked for, and hides again; what comes onto the page later as well.
for (const blurred of document.querySelectorAll(".blur:not([tabindex])")) blurred.tabIndex = 0;
document.addEventListener("click", (event) => {
  const blurred = event.target.closest(".blur");
  if (!blurred || !getSelection().isCollapsed) return;
  // a picture is shown before it is opened, a film before it is played
  if (!blurred.classList.contains("shown") && blurred.matches("a, video")) event.preventDefault();
  if (!blurred.matches("a.shown, video.shown")) blurred.classList.toggle("shown");
});
document.addEventListener("keydown", (event) => {
  if (event.target.matches?.(".blur:not(a, video)") && (event.key === "Enter" || event.key === " ")) {
    event.preventDefault();
    event.target.classList.toggle("shown");
  }
});

// Signing out takes with it what the coding desk keeps in this browser; what was not sent yet is asked about.
for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", (event) => {
    const unsent = Number(localStorage.getItem("besa-unsent") ?? 0);
    if (unsent && !confirm(`${unsent}: ${form.dataset.signOut}`)) {
      event.preventDefault();
      return;
    }
    localStorage.removeItem("besa-unsent");
    indexedDB.deleteDatabase("besa-desk");
  });
}

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    else if (!event.defaultPrevented) {
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 5000);
    }
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What scrolls sideways can be reached and scrolled by keyboard.
for (const wide of document.querySelectorAll(".table-wrap")) {
  if (wide.scrollWidth > wide.clientWidth && !wide.hasAttribute("tabindex")) wide.tabIndex = 0;
}
