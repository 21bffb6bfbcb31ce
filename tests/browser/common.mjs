// What the browser tests share: a browser, what must hold of every page, one-time codes.

import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";
import { join } from "node:path";
import axe from "axe-core";
import { chromium } from "playwright-core";

export const widths = [390, 1280];
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Chromium without anything that asks elsewhere. */
export const open = () =>
  chromium.launch({
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

/** What must hold of every page, whatever is on it; a picture of each goes into the folder. */
export const looker = (folder) => async (page, name, width, scripts = true) => {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${name} at ${width}: scrolls sideways (${wide} px)`);
  assert.equal(await page.locator("h1").count(), 1, `${name}: one heading`);
  assert.ok(await page.locator("h1").isVisible(), `${name}: its heading is seen`);
  assert.match(await page.locator("html").getAttribute("lang"), /^(zh|en)/, `${name}: language`);
  const unnamed = await page.locator("img:not([alt])").count();
  assert.equal(unnamed, 0, `${name}: pictures without alternative text`);
  await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  if (!scripts) return;
  const schemes = width === widths[0] ? ["light", "dark"] : ["light"];
  for (const colorScheme of schemes) await accessible(page, name, colorScheme);
  await page.emulateMedia({ colorScheme: null });
};

/** Contrast, names, order of headings: whatever axe finds of WCAG 2.2 AA. */
async function accessible(page, name, colorScheme) {
  await page.emulateMedia({ colorScheme });
  // Colours that are on their way to others have come there.
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
  });
  await page.evaluate(axe.source);
  const asked = { runOnly: rules, resultTypes: ["violations"] };
  const found = await page.evaluate((asked) => window.axe.run(document, asked), asked);
  const said = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  assert.deepEqual(said, [], `${name}, ${colorScheme}`);
}

/** Somebody of the demo, by what its page to sign in shows. */
export const signInAt = (origin) => async (browser, login, scripts = true) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 844 }, locale: "zh-CN", javaScriptEnabled: scripts });
  const page = await context.newPage();
  await page.goto(`${origin}/sign-in?lang=zh`);
  const row = page.locator("tbody tr").filter({ has: page.locator(`code:text-is("${login}")`) });
  const [, password, code] = await row.locator("code").allInnerTexts();
  await page.fill("#login", login);
  await page.fill("#password", password);
  await page.press("#password", "Enter");
  await page.waitForURL(/\/sign-in\/code$/);
  await page.fill("#code", code);
  await page.press("#code", "Enter");
  await page.waitForURL(/\/work$/);
  return page;
};

/** The page at both widths. */
export const bothOf = (sound) => async (page, name, scripts = true) => {
  for (const width of [...widths].reverse()) {
    await page.setViewportSize({ width, height: 844 });
    await sound(page, name, width, scripts);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
};
/** The six digits of now, or of so many half minutes later (RFC 6238), for a secret as a page shows it. */
export function codeOf(secret, later = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replaceAll(" ", "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const tag = createHmac("sha1", Buffer.from(bytes)).update(step).digest();
  const number = tag.readUInt32BE(tag[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
