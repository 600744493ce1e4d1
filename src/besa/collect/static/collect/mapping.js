// Shows beside each field what stands at the chosen path in the file's first rows.
const samples = new Map();
for (const row of document.querySelectorAll("tr[data-path]")) {
  samples.set(row.dataset.path, row.lastElementChild.textContent);
}

for (const field of document.querySelectorAll(".field.path")) {
  const input = field.querySelector("input");
  const output = field.querySelector("output");
  const show = () => {
    const path = input.value.trim();
    output.textContent = samples.get(path) ?? "";
    output.classList.toggle("missing", path !== "" && !samples.has(path));
    if (path !== "" && !samples.has(path)) output.textContent = "?";
  };
  input.addEventListener("input", show);
  show();
}
