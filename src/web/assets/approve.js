// Keys of approvers in this browser: made here, kept here, never given out.
"use strict";
const shelf = () =>
  new Promise((done, failed) => {
    const open = indexedDB.open("yinzheng", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("approver-keys");
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
const keys = async (mode, act) => {
  const db = await shelf();
  return new Promise((done, failed) => {
    const work = db.transaction("approver-keys", mode);
    const asked = act(work.objectStore("approver-keys"));
    work.oncomplete = () => done(asked.result);
    work.onerror = () => failed(work.error);
  });
};
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const able = Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);

const make = document.getElementById("make-key");
if (make && able) {
  make.hidden = false;
  make.addEventListener("submit", async (event) => {
    if (make.elements.public_key.value) return;
    event.preventDefault();
    try {
      const curve = { name: "ECDSA", namedCurve: "P-256" };
      const pair = await crypto.subtle.generateKey(curve, false, ["sign", "verify"]);
      const name = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
      await keys("readwrite", (all) => all.put(pair.privateKey, name));
      const lines = name.match(/.{1,64}/g).join("\n");
      make.elements.public_key.value = `-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`;
      make.submit();
    } catch {
      make.querySelector("[role=status]").textContent = make.dataset.failed;
    }
  });
}

const sign = document.getElementById("sign");
if (sign && able) {
  const form = sign.form;
  const chosen = () => form.elements.key.selectedOptions[0]?.dataset.key;
  const look = async () => {
    const held = await keys("readonly", (all) => all.getAllKeys());
    form.querySelector(".by-browser").hidden = !held.includes(chosen());
    return held;
  };
  // A key of this browser first, if there is one.
  look().then((held) => {
    const own = [...form.elements.key.options].find((option) => held.includes(option.dataset.key));
    if (own) { own.selected = true; look(); }
  });
  form.elements.key.addEventListener("change", look);
  sign.addEventListener("click", async () => {
    sign.disabled = true;
    try {
      const key = await keys("readonly", (all) => all.get(chosen()));
      // The bytes that are shown are the bytes that are signed.
      const text = new TextEncoder().encode(document.getElementById("manifest").textContent);
      const value = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, text);
      form.elements.signature.value = base64(value);
      form.submit();
    } catch {
      sign.disabled = false;
      document.getElementById("sign-said").textContent = form.dataset.failed;
    }
  });
}
