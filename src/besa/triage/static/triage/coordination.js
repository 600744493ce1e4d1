// Looking about in a network: one account and its ties stand out; weak ties can be hidden. The tables say the same.

const network = document.querySelector("[data-network]");
const accounts = [...network.querySelectorAll(".account")];
const ties = [...network.querySelectorAll("line")];
const told = network.querySelector("[data-told]");
const least = network.querySelector("#least");
const caption = told.textContent;
const byNumber = new Map(accounts.map((account) => [account.dataset.number, account]));
let chosen = null;

const shown = () => ties.filter((tie) => !tie.hasAttribute("hidden"));

function draw() {
  const near = new Map();
  for (const tie of shown()) {
    const { a, b, weight } = tie.dataset;
    const own = chosen && (a === chosen || b === chosen);
    tie.classList.toggle("lit", Boolean(own));
    tie.classList.toggle("dim", Boolean(chosen && !own));
    if (own) near.set(a === chosen ? b : a, weight);
  }
  for (const account of accounts) {
    const { number } = account.dataset;
    account.classList.toggle("chosen", number === chosen);
    account.classList.toggle("lit", near.has(number));
    account.classList.toggle("dim", Boolean(chosen && number !== chosen && !near.has(number)));
  }
  if (!chosen) {
    told.textContent = caption;
    return;
  }
  const list = [...near].sort((one, other) => other[1] - one[1]);
  const words = list.map(([number, weight]) => `${number} ${byNumber.get(number).dataset.name} (${weight}×)`);
  told.textContent = `${chosen} ${byNumber.get(chosen).dataset.name}: ${words.join(", ") || "–"}`;
}

function choose(number) {
  if (number === chosen) return;
  chosen = number;
  draw();
}

function go(from, steps) {
  const to = accounts[(accounts.indexOf(from) + steps + accounts.length) % accounts.length];
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
accounts.forEach((account, at) => {
  account.tabIndex = at ? -1 : 0;
  account.addEventListener("focus", () => choose(account.dataset.number));
  account.addEventListener("blur", () => choose(null));
  account.addEventListener("pointerenter", () => choose(account.dataset.number));
  account.addEventListener("pointerleave", () => choose(accounts.find((one) => one === document.activeElement)?.dataset.number ?? null));
  account.addEventListener("click", () => account.focus());
  account.addEventListener("keydown", (event) => {
    if (steps[event.key]) {
      event.preventDefault();
      go(account, steps[event.key]);
    } else if (event.key === "Escape") account.blur();
  });
});

least.addEventListener("input", () => {
  for (const tie of ties) tie.toggleAttribute("hidden", Number(tie.dataset.weight) < Number(least.value));
  network.querySelector("output").textContent = least.value;
  draw();
});
network.querySelector("[data-controls]").hidden = least.min === least.max;
