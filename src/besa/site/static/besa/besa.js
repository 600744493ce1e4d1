// Small comforts for every page; all of them work without this file, only less smoothly.

// Choosing an election, a language or an appearance sends its form at once.
for (const select of document.querySelectorAll("select[data-send]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
  const button = select.form.querySelector("button[type=submit]");
  if (button) button.hidden = true;
}

// What is blurred shows itself when asked for, and hides again.
for (const blurred of document.querySelectorAll(".blur")) {
  if (!blurred.hasAttribute("tabindex")) blurred.tabIndex = 0;
  const turn = () => blurred.classList.toggle("shown");
  blurred.addEventListener("click", turn);
  blurred.addEventListener("keydown", (event) => {
    if (event.target === blurred && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      turn();
    }
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
