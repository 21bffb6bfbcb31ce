// The picture of a license type while it is edited; the form works without.
"use strict";
(() => {
  const form = document.getElementById("type-form");
  const place = document.getElementById("type-preview");
  if (!form || !place || !globalThis.fetch) return;
  let timer = 0;
  let asked = 0;
  const draw = async () => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "picture");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      // A later picture is on its way, or the session is over.
      if (mine !== asked || !answer.ok || answer.redirected) return;
      place.innerHTML = await answer.text();
    } catch {
      // Without the network the picture stays as it was.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 500);
  });
})();
