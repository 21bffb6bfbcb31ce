// Finds a license, changes it and revokes what took its place, and renews one that ends soon, as a
// clerk does.
//
//     node licenses.mjs URL SCREENSHOT-FOLDER
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { bothOf, looker, open, signInAt } from "./common.mjs";

const [origin, folder] = process.argv.slice(2);
const both = bothOf(looker(folder));
const state = (page) => page.locator("h1 ~ .roles .badge").innerText();

const number = "XCY9999002600118";

async function find(page) {
  await page.goto(`${origin}/licenses`);
  await both(page, "licenses");
  await page.fill("#number", number);
  await page.press("#number", "Enter");
  await page.locator("table.list a", { hasText: number }).first().click();
  await page.waitForURL(/\/licenses\/[0-9a-f-]+$/);
  assert.equal(await state(page), "有效");
  const file = await page.request.get(`${page.url()}/file`);
  assert.equal((await file.body()).subarray(0, 5).toString(), "%PDF-", "the sealed file");
}

/** First what is not acceptable, then what is. */
async function change(page) {
  const before = page.url();
  const send = page.locator("form[action$=':change'] button");
  await page.locator("#change ~ details > summary").click();
  await both(page, "license-change");
  const code = await page.inputValue("#change-operator_code");
  await page.fill("#change-operator_code", "91999900MA0000015X");
  await page.fill("#change-owner", "何样例");
  await send.click();
  await page.locator("[role=alert]").first().waitFor();
  assert.equal(await page.inputValue("#change-owner"), "何样例", "what was typed is kept");
  await both(page, "license-refused");
  await page.fill("#change-operator_code", code);
  await page.fill("#change-document", "示行审变〔2026〕9号");
  await send.click();
  await page.waitForURL((url) => /\/licenses\/[0-9a-f-]+$/.test(url.pathname) && String(url) !== before);
  assert.equal(await state(page), "有效");
  assert.match(await page.locator("dl.rows").first().innerText(), /何样例/, "the new content");
  assert.match(await page.locator("#versions ~ table").innerText(), /已被取代/, "the one before is superseded");
  await both(page, "license");
}

/** What ends soon is renewed by confirming what is shown. */
async function renew(page) {
  await page.goto(`${origin}/licenses`);
  await page.selectOption("#state", "ENDING_7");
  await page.locator("form.search button.main").click();
  await page.locator("table.list a", { hasText: "JY19999000009000" }).click();
  await page.waitForURL(/\/licenses\/[0-9a-f-]+$/);
  assert.match(await page.locator("#renew ~ details").innerText(), /刚刚核验： 有效/, "what it rests on");
  await both(page, "license-renewal");
  const before = page.url();
  await page.locator("form[action$=':renew'] button").click();
  await page.waitForURL((url) => /\/licenses\/[0-9a-f-]+$/.test(url.pathname) && String(url) !== before);
  assert.match(await page.locator("#versions ~ table").innerText(), /延续/, "it took the place");
}

/** Many are tried, then changed; what is made of one of them is not complete any more. */
async function many(page) {
  await page.goto(`${origin}/licenses`);
  await page.locator("a[href='/bulk-changes']").click();
  await page.fill("#licenses", "JY19999000009001\nJY0");
  await page.fill("#note", "样例：统一整改");
  await both(page, "bulk");
  await page.locator("form[enctype] button.main").click();
  await page.locator("#rows").waitFor();
  assert.match(await page.locator("[role=status]").innerText(), /1 份可以办/, "what can be done");
  await both(page, "bulk-tried");
  await page.locator("form button.grave").click();
  await page.locator("[role=status]", { hasText: "1 份已办理" }).waitFor();
  await page.goto(`${origin}/licenses`);
  await page.fill("#number", "ZH9999002600001");
  await page.press("#number", "Enter");
  await page.locator("table.list a", { hasText: "ZH9999002600001" }).click();
  await page.waitForURL(/\/licenses\/[0-9a-f-]+$/);
  assert.equal(await state(page), "部分证照失效");
  await both(page, "license-combined");
}

async function revoke(page) {
  await page.locator("#revoke ~ details > summary").click();
  assert.match(await page.locator("#relied").innerText(), /近 180 天/, "who relied on it");
  await page.selectOption("#revoke-reason", "stripped");
  await page.fill("#revoke-document", "示行审吊字〔2026〕2号");
  await both(page, "license-revoke");
  await page.locator("form[action$=':revoke'] button").click();
  await page.locator("td", { hasText: "示行审吊字〔2026〕2号" }).waitFor();
  assert.equal(await state(page), "已注销");
  assert.equal(await page.locator("form[action*='/licenses/']").count(), 0, "nothing is left to be done");
  await both(page, "license-revoked");
}

const browser = await open();
try {
  const page = await signInAt(origin)(browser, "clerk");
  await find(page);
  await change(page);
  await revoke(page);
  await renew(page);
  await many(page);
  console.log("a license was found, changed and revoked, another renewed, many changed");
} finally {
  await browser.close();
}
