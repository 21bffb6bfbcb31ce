// Checks a proof of the log in this browser (RFC 9162, clause 2.1.3): nothing is sent anywhere.
// Own hashes, because a page that is not served over TLS has no others; the signature by
// WebCrypto, where it knows Ed25519. What was not checked is never called proved.
"use strict";
(() => {
  const section = document.getElementById("check");
  if (!section) return;
  const form = section.querySelector("form");
  const said = section.querySelector("output");
  const words = section.dataset;

  const rotate = (x, n) => (x << n) | (x >>> (32 - n));
  /** The message with its padding: both digests have the same. */
  function blocks(bytes) {
    const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 0x20000000));
    view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
    return view;
  }
  const written = (state) => {
    const out = new DataView(new ArrayBuffer(32));
    state.forEach((word, at) => out.setUint32(at * 4, word));
    return new Uint8Array(out.buffer);
  };
  const [ROOTS, STARTS] = (() => {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
    const part = (x) => Math.floor((x - Math.floor(x)) * 0x100000000) | 0;
    return [primes.map((p) => part(Math.cbrt(p))), primes.slice(0, 8).map((p) => part(Math.sqrt(p)))];
  })();
  /** FIPS 180-4. */
  function sha256(bytes) {
    const view = blocks(bytes), state = STARTS.slice(), w = new Int32Array(64);
    for (let block = 0; block < view.byteLength; block += 64) {
      for (let t = 0; t < 64; t++) {
        if (t < 16) { w[t] = view.getInt32(block + t * 4); continue; }
        const x = w[t - 15], y = w[t - 2];
        const s0 = rotate(x, 25) ^ rotate(x, 14) ^ (x >>> 3), s1 = rotate(y, 15) ^ rotate(y, 13) ^ (y >>> 10);
        w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t++) {
        const s1 = rotate(e, 26) ^ rotate(e, 21) ^ rotate(e, 7);
        const one = (h + s1 + ((e & f) ^ (~e & g)) + ROOTS[t] + w[t]) | 0;
        const s0 = rotate(a, 30) ^ rotate(a, 19) ^ rotate(a, 10);
        const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    return written(state);
  }
  /** GB/T 32905. */
  function sm3(bytes) {
    const state = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
    const view = blocks(bytes), w = new Int32Array(68);
    const p0 = (x) => x ^ rotate(x, 9) ^ rotate(x, 17), p1 = (x) => x ^ rotate(x, 15) ^ rotate(x, 23);
    for (let block = 0; block < view.byteLength; block += 64) {
      for (let j = 0; j < 68; j++) {
        w[j] = j < 16 ? view.getInt32(block + j * 4)
          : p1(w[j - 16] ^ w[j - 9] ^ rotate(w[j - 3], 15)) ^ rotate(w[j - 13], 7) ^ w[j - 6];
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let j = 0; j < 64; j++) {
        const early = j < 16, turn = rotate(early ? 0x79cc4519 : 0x7a879d8a, j % 32);
        const ss1 = rotate((rotate(a, 12) + e + turn) | 0, 7), ss2 = ss1 ^ rotate(a, 12);
        const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
        const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
        const one = (ff + d + ss2 + (w[j] ^ w[j + 4])) | 0, two = (gg + h + ss1 + w[j]) | 0;
        [h, g, f, e, d, c, b, a] = [g, rotate(f, 19), e, p0(two), c, rotate(b, 9), a, one];
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] ^= word; });
    }
    return written(state);
  }

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => {
    if (typeof text !== "string" || !/^([0-9a-f]{64})$/.test(text)) throw new Error("digest");
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  };
  const base64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
  const node = (left, right) => sha256(joined([1], left, right));
  const place = (value) => { if (!Number.isSafeInteger(value) || value < 0) throw new Error("place"); return value; };

  /** RFC 9162, clause 2.1.3.2; halves instead of shifts, because places have 53 bits. */
  function leadsTo(root, leaf, index, size, path) {
    let hash = leaf, at = place(index), last = place(size) - 1;
    const half = (x) => Math.floor(x / 2);
    if (at > last) return false;
    for (const beside of path) {
      if (last === 0) return false;
      if (at % 2 === 1 || at === last) {
        hash = node(beside, hash);
        while (at % 2 === 0 && at !== 0) { at = half(at); last = half(last); }
      } else {
        hash = node(hash, beside);
      }
      at = half(at); last = half(last);
    }
    return last === 0 && hex(hash) === hex(root);
  }

  function checkpoint(note) {
    const end = note.lastIndexOf("\n\n");
    const text = note.slice(0, end + 1), lines = text.split("\n");
    if (end < 0 || lines.length !== 4 || !/^[1-9][0-9]*$/.test(lines[1])) throw new Error("note");
    const signatures = note.slice(end + 2).split("\n").filter(Boolean).map((line) => {
      const [, name, value] = /^— (\S+) (\S+)$/.exec(line);
      return { name, value: base64(value) };
    });
    return { text, origin: lines[0], size: place(Number(lines[1])), root: base64(lines[2]), signatures };
  }

  /** true, false, or undefined when this browser cannot say. */
  async function signed(note) {
    let right;
    for (const known of JSON.parse(words.keys)) {
      const [name, id, encoded] = known.split(/\+(.*?)\+(.*)/s);
      const key = base64(encoded);
      const line = note.signatures.find((one) => one.name === name && hex(one.value.slice(0, 4)) === id);
      if (!line || name !== note.origin || key[0] !== 1 || !globalThis.crypto || !crypto.subtle) continue;
      let read;
      try {
        read = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
      } catch { continue; }
      const verified = await crypto.subtle.verify("Ed25519", read, line.value.slice(4), utf8(note.text));
      if (!verified) return false;
      right = true;
    }
    return right;
  }

  /** Whether an entry is of the license, and of the file, that its opening names. */
  function opens(entry, opening) {
    const blinded = (name, value) => hex(sm3(joined(unhex(opening.salt), utf8(`${name}:`), value)));
    return entry.license === blinded("license", utf8(opening.license))
      && (entry.file === undefined) === (opening.file === undefined)
      && (opening.file === undefined || entry.file === blinded("file", unhex(opening.file)));
  }

  async function check(text, file) {
    let proof, note;
    try {
      proof = JSON.parse(text);
      if (proof.type !== "yinzheng/log-proof/1" || !proof.leaves.length) throw new Error("type");
      note = checkpoint(proof.checkpoint);
    } catch { return { tone: "unknown", sentence: words.unread, rows: [] }; }
    const rows = [];
    try {
      for (const leaf of proof.leaves) {
        const hash = sha256(joined([0], utf8(leaf.entry)));
        const entry = JSON.parse(leaf.entry);
        if (!leadsTo(note.root, hash, leaf.index, note.size, leaf.path.map(unhex))
          || (leaf.opening && !opens(entry, leaf.opening))) return { tone: "invalid", sentence: words.altered, rows: [] };
        rows.push(`${leaf.index} · ${entry.event} · ${entry.at}${leaf.opening ? ` · ${leaf.opening.license}` : ""}`);
      }
    } catch { return { tone: "invalid", sentence: words.altered, rows: [] }; }
    if (file && !proof.leaves.some((leaf) => leaf.opening && leaf.opening.file === hex(sm3(file)))) {
      return { tone: "invalid", sentence: words.other, rows };
    }
    const right = await signed(note);
    if (right === false) return { tone: "invalid", sentence: words.altered, rows: [] };
    return right ? { tone: "valid", sentence: words.proved, rows } : { tone: "unknown", sentence: words.unsigned, rows };
  }

  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = form.elements.license.files[0];
    const bytes = file && new Uint8Array(await file.arrayBuffer());
    const { tone, sentence, rows } = await check(form.elements.proof.value.trim(), bytes);
    said.className = `checked ${tone}`;
    const shape = document.getElementById(`shape-${tone}`);
    said.replaceChildren(shape.content.cloneNode(true));
    const line = (name, text) => said.appendChild(Object.assign(document.createElement(name), { textContent: text }));
    line("strong", sentence);
    rows.forEach((row) => line("code", row));
  });
})();
