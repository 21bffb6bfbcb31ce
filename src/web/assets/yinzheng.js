// Comforts only; every page works without this file.
"use strict";
for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
// Print also shows what is folded.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => (d.open = true)));
for (const form of document.querySelectorAll("form")) {
  const drop = form.querySelector(".drop");
  const file = form.querySelector("input[type=file]");
  const button = form.querySelector("button[type=submit]");
  if (drop && file) {
    const label = drop.querySelector("label");
    const name = document.createElement("output");
    name.className = "chosen";
    name.htmlFor = file.id;
    label.before(name);
    const mark = () => {
      const one = file.files[0];
      name.textContent = one ? `${one.name} · ${(one.size / 1048576).toFixed(2)} MB` : "";
      label.textContent = one ? drop.dataset.again : drop.dataset.choose;
      drop.classList.toggle("ready", Boolean(one));
      // Said now instead of after a long upload.
      const large = one && one.size > Number(drop.dataset.limit) * 1048576;
      file.setCustomValidity(large ? drop.dataset.large : "");
      if (large) file.reportValidity();
    };
    form.classList.add("scripted");
    mark();
    file.addEventListener("change", mark);
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
    }
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) { file.files = event.dataTransfer.files; mark(); }
    });
  }
  form.addEventListener("submit", () => {
    if (button && button.dataset.busy) { button.setAttribute("aria-busy", "true"); button.textContent = button.dataset.busy; }
  });
}
// A page taken from the history is no longer busy.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
