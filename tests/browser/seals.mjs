// Makes a seal as the people of the demo do, each in a browser of their own.
//
//     node seals.mjs URL SCREENSHOT-FOLDER
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { bothOf, looker, open, signInAt } from "./common.mjs";

const [origin, folder] = process.argv.slice(2);
const sound = looker(folder);
const both = bothOf(sound);
const signIn = signInAt(origin);

const state = (page) => page.locator("h1 ~ .roles .badge").innerText();

/** Presses a button and waits for the page of the seal in its next state. */
async function step(page, button, next) {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.waitForURL(/\/seals\/[0-9a-f-]+$/);
  assert.equal(await state(page), next, `after ${button}`);
}

/** What a person is told at work to do next. */
async function duty(page, name) {
  await page.goto(`${origin}/work`);
  await page.locator("#waits ~ ul a").first().waitFor();
  assert.match(await page.locator("#waits ~ ul").innerText(), new RegExp(name), `${name} waits`);
  await both(page, `work-${name}`);
  await page.locator("#waits ~ ul a").first().click();
  await page.waitForURL(/\/seals\/[0-9a-f-]+$/);
}

/** Each outline as the designer shows it, and one that cannot be. */
async function design(page) {
  await page.goto(`${origin}/seals/new`);
  await page.fill("#name", "示例市档案馆档案证明专用章");
  await page.fill("#line", "档案证明专用章");
  for (const [design, text] of [["round 40x40", "示例市档案馆"], ["oval 40x30", "示例市档案馆"], ["square 30x30", "示例市档案馆印"], ["personal 18x18", "林样例"]]) {
    await page.selectOption("#design", design);
    await page.fill("#text", text);
    await page.getByRole("button", { name: "预览印模" }).click();
    await page.locator(".stamp img").waitFor();
    const seen = await page.locator(".stamp img").evaluate((image) => image.decode().then(() => image.naturalWidth));
    assert.ok(seen > 100, `${design} is drawn (${seen} px)`);
    await sound(page, `seal-new-${design.split(" ")[0]}`, 1280, false);
  }
  assert.equal(await page.inputValue("#name"), "示例市档案馆档案证明专用章", "what was typed stays");
  await page.fill("#text", "林");
  await page.getByRole("button", { name: "预览印模" }).click();
  assert.match(await page.locator("[role=alert]").innerText(), /文字不合适/, "too short a name");
  await page.setViewportSize({ width: 390, height: 844 });
  await sound(page, "seal-new", 390, false);
  await page.setViewportSize({ width: 1280, height: 844 });
}

const browser = await open();
try {
  // Nothing of it needs a script.
  const keeper = await signIn(browser, "archive.keeper", false);
  const approver = await signIn(browser, "archive.approver");
  const security = await signIn(browser, "security");
  await design(keeper);
  await duty(approver, "审核印章申请");
  await both(approver, "seal-requested");
  await step(approver, "同意制章", "待制章");
  await duty(security, "制章");
  await step(security, "生成密钥", "待制章");
  await both(security, "seal-keys");
  await step(security, "由样例认证中心签发证书", "待制章");
  await step(security, "制章", "待备案");
  assert.equal(await security.locator("#number").count(), 0, "whoever made it does not file it");
  await keeper.goto(`${origin}/work`);
  await keeper.locator("#waits ~ ul a").first().click();
  await keeper.fill("#number", "示备 2026-001");
  await step(keeper, "登记备案", "待启用");
  await duty(approver, "启用印章");
  await step(approver, "启用", "使用中");
  await both(approver, "seal-active");
  await approver.goto(`${origin}/seals`);
  await both(approver, "seals");
  console.log("a seal was asked for, approved, made, filed, taken into use");
} finally {
  await browser.close();
}
