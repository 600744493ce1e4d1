// Keys: "/" to the search, j and k from post to post, Enter opens the one that has the focus.
const posts = [...document.querySelectorAll(".explore-list .post")];
const search = document.getElementById("q");

function writing(target) {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const here = posts.findIndex((post) => post.contains(document.activeElement));
  const next = posts[here < 0 ? (by > 0 ? 0 : posts.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (writing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "Enter" && posts.includes(event.target)) event.target.querySelector(".explore-open")?.click();
});

// A filter holds as soon as it is chosen.
for (const select of document.querySelectorAll(".explore-facets select")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
