// Looks at the pages as a person does, on a phone and on a desk.
//
//     node pages.mjs URL SEALED.pdf CODE-PATH SCREENSHOT-FOLDER
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [origin, sealed, codePath, folder] = process.argv.slice(2);
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
  await page.goto(`${origin}/docs`);
  await sound(page, "docs", width);
  await page.goto(`${origin}/?lang=en`);
  assert.match(await page.locator("html").getAttribute("lang"), /^en/, "English is offered");
  await context.close();
  assert.deepEqual(faults, [], `at ${width}, scripts ${scripts}`);
  console.log(`seen at ${width} px, scripts ${scripts ? "on" : "off"}`);
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
} finally {
  await browser.close();
  rmSync(place, { recursive: true });
}
