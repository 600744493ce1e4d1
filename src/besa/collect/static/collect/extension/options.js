const form = document.querySelector("#form");

api.storage.local.get(["address", "names"]).then(({ address = "", names = [] }) => {
  form.address.value = address;
  form.names.value = names.join("\n");
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const address = gate(form.address.value);
  if (!address) return tell(say("bad_address"), "bad");
  const names = form.names.value.split("\n").map((name) => name.trim()).filter((name) => name.length > 2);
  await api.storage.local.set({ address, names });
  try {
    const answer = await fetch(`${address}/api/about/`, { credentials: "omit", referrerPolicy: "no-referrer" });
    const said = await answer.json();
    if (!answer.ok) return tell(said.message, "bad");
    tell(say(names.length ? "connected" : "connected_no_names", said.user, said.election), names.length ? "ok" : "warn");
  } catch (error) {
    tell(say("no_answer", error.message), "bad");
  }
});
