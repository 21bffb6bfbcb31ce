// Looks at the pages as a person does, on a phone and on a desk.
//
//     node pages.mjs URL SEALED.pdf CODE-PATH SCREENSHOT-FOLDER ADMIN FIRST-PASSWORD AUDITOR FIRST-PASSWORD CREDIT-CODE
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [origin, sealed, codePath, folder, admin, adminFirst, auditor, auditorFirst, creditCode] =
  process.argv.slice(2);
const widths = [390, 1280];

/** A copy of the sealed file with one byte of its drawing changed. */
function tampered(into) {
  const bytes = readFileSync(sealed);
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  const path = join(into, "tampered.pdf");
  writeFileSync(path, bytes);
  return path;
}

/** What must hold of every page, whatever is on it. */
async function sound(page, name, width) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name} at ${width}: scrolls sideways (${wide} px)`);
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading`);
  assert.ok(await page.locator("h1").isVisible(), `${name}: its heading is seen`);
  assert.match(await page.locator("html").getAttribute("lang"), /^(zh|en)/, `${name}: language`);
  const unnamed = await page.locator("img:not([alt])").count();
  assert.equal(unnamed, 0, `${name}: pictures without alternative text`);
  await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
}

async function upload(page, file) {
  await page.goto(`${origin}/?lang=zh`);
  await page.setInputFiles("input[type=file]", file);
  await page.locator("form:has(input[type=file]) button[type=submit]").click();
  await page.waitForURL(/\/verifications\//, { timeout: 30_000 });
}

/** A proof checked in the browser: right, changed, of another file, and none. */
async function proof(page, width) {
  const asked = await page.request.get(`${origin}/v1/log/proof?code=${codePath.split("/").pop()}`);
  const whole = await asked.text();
  const check = async (text, file, expected, name) => {
    await page.fill("#proof", text);
    await page.setInputFiles("#license", file ?? []);
    await page.locator("#check button").click();
    await page.locator("#check output strong").waitFor();
    assert.match(await page.locator("#check output").innerText(), expected, name);
    await sound(page, name, width);
  };
  // A browser without Ed25519 says that it could not check the signature.
  await check(whole, sealed, /^(属实|无法确认：记录在检查点之内)/, "log-proved");
  await check(whole.replace("issue", "issuf"), null, /^不符：证明被改动过/, "log-altered");
  await check(whole, process.argv[1], /^不符：证明不是这份文件的/, "log-other");
  await check("{}", null, /^无法确认：这不是存证证明/, "log-none");
}

async function look(browser, width, scripts, copies) {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    locale: "zh-CN",
    javaScriptEnabled: scripts,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith("data:")) faults.push(`asks for ${url}`);
  });

  await page.goto(`${origin}/?lang=zh`);
  await sound(page, "home", width);
  await upload(page, sealed);
  assert.match(await page.locator("main").innerText(), /有效/, "a sealed file is valid");
  await sound(page, "valid", width);
  await upload(page, copies.tampered);
  assert.match(await page.locator("h1").innerText(), /无效/, "a changed file is not valid");
  await sound(page, "invalid", width);
  await page.goto(`${origin}${codePath}`);
  assert.match(await page.locator("main").innerText(), /有效/, "the code finds its license");
  await sound(page, "code", width);
  await page.goto(`${origin}/log?lang=zh`);
  await sound(page, "log", width);
  if (scripts) await proof(page, width);
  await page.goto(`${origin}/docs`);
  await sound(page, "docs", width);
  await page.goto(`${origin}/?lang=en`);
  assert.match(await page.locator("html").getAttribute("lang"), /^en/, "English is offered");
  await context.close();
  assert.deepEqual(faults, [], `at ${width}, scripts ${scripts}`);
  console.log(`seen at ${width} px, scripts ${scripts ? "on" : "off"}`);
}

/** The six digits of now (RFC 6238) for a secret as a page shows it. */
function codeOf(secret) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const tag = createHmac("sha1", Buffer.from(bytes)).update(step).digest();
  const number = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Signs in for the first time, by keyboard, and lands where work begins. */
async function setUp(page, login, first) {
  await page.goto(`${origin}/work?lang=zh`);
  await page.waitForURL(/\/sign-in$/);
  await sound(page, "sign-in", page.viewportSize().width);
  await page.fill("#login", login);
  await page.fill("#password", first);
  await page.press("#password", "Enter");
  await page.waitForURL(/\/sign-in\/setup$/);
  await sound(page, "sign-in-setup", page.viewportSize().width);
  const own = `${login} 只在此山中云深不知处`;
  await page.fill("#password", own);
  await page.fill("#repeated", own);
  await page.fill("#code", codeOf(await page.locator("code.secret").innerText()));
  await page.press("#code", "Enter");
  await page.waitForURL(/\/work$/);
}

/** Looks at pages of somebody who is signed in, at both widths. */
async function visit(page, places) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    for (const [name, path] of places) {
      await page.goto(`${origin}${path}`);
      await sound(page, name, width);
    }
  }
}

/** A department is registered, somebody of it invited, and an auditor sees that. */
async function people(browser) {
  const open = async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
    return context.newPage();
  };
  const page = await open();
  await setUp(page, admin, adminFirst);
  await page.goto(`${origin}/organizations`);
  await page.locator("details > summary").click();
  await page.fill("#name", "示例市文化广电和旅游局");
  await page.fill("#code", creditCode);
  await page.locator("details button.main").click();
  await page.waitForURL(/\/organizations$/);
  assert.match(await page.locator("table").innerText(), /示例市文化广电和旅游局/, "it is registered");
  await page.goto(`${origin}/accounts`);
  await page.locator("details > summary").click();
  await page.selectOption("#organization", { label: "示例市文化广电和旅游局" });
  await page.fill("#name", "样例韩梅");
  await page.fill("#login", `${admin}.invites`);
  await page.check("input[value=clerk]");
  await page.locator("details button.main").click();
  assert.match(await page.locator("code.secret").innerText(), /^(\w{4}-){3}\w{4}$/, "a first password");
  await sound(page, "invited", 390);
  await page.goto(`${origin}/accounts`);
  const own = await page.locator("td a").first().getAttribute("href");
  await visit(page, [["work", "/work"], ["organizations", "/organizations"], ["accounts", "/accounts"], ["account", own], ["styleguide", "/styleguide"]]);
  await page.goto(`${origin}/trail`);
  assert.match(await page.locator("h1").innerText(), /没有此项权限/, "an administrator is no auditor");
  const reader = await open();
  await setUp(reader, auditor, auditorFirst);
  await visit(reader, [["trail", `/trail?actor=${admin}`]]);
  assert.match(await reader.locator("table").innerText(), /organization\.add[^]*staff\.setup/, "all of it is there");
  await reader.locator("form.leave button").click();
  await reader.waitForURL(/\/sign-in$/);
  console.log("people signed in, registered, invited, audited");
}

const place = mkdtempSync(join(tmpdir(), "yinzheng-browser-"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  const copies = { tampered: tampered(place) };
  for (const width of widths) await look(browser, width, true, copies);
  await look(browser, widths[0], false, copies);
  await people(browser);
} finally {
  await browser.close();
  rmSync(place, { recursive: true });
}
