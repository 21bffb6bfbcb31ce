// A clerk edits a license type, without scripts and with them, and works off a correction.
//
//     node types.mjs URL CODE SCREENSHOT-FOLDER
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { bothOf, looker, open, signInAt } from "./common.mjs";

const [origin, code, folder] = process.argv.slice(2);
const sound = looker(folder);
const both = bothOf(sound);

const picture = (page) => page.locator("#type-preview svg").first().evaluate((svg) => svg.outerHTML.length);
const part = (page, text) => page.locator("details.part", { hasText: text }).first();

/** Nothing of it needs a script. */
async function edit(page) {
  await page.goto(`${origin}/license-types/${code}/draft`);
  // What is wrong is said at its input, and what was typed stays.
  await part(page, "许可证编号").locator("summary").click();
  await page.fill("#f0_rule", "XZF");
  await page.getByRole("button", { name: "保存并检查" }).click();
  assert.equal(await page.inputValue("#f0_rule"), "XZF");
  assert.ok(await page.locator("#f0_rule-fault").isVisible(), "the fault stands at its input");
  await both(page, "type-edit-wrong", false);
  await page.fill("#f0_rule", '"XZF" 9{13}');
  // The seal is moved off the code, and the form draws it.
  const seal = part(page, "印章位置");
  await seal.locator("summary").click();
  await seal.getByLabel("左").fill("145");
  await page.getByRole("button", { name: "重画预览" }).last().click();
  assert.ok((await picture(page)) > 5000, "it is drawn");
  await page.getByRole("button", { name: "发布" }).click();
  await page.waitForURL(new RegExp(`/license-types/${code}$`));
}

/** With scripts it is drawn while typing. */
async function type(page) {
  await page.goto(`${origin}/license-types/${code}`);
  await page.getByRole("button", { name: "起草下一版" }).click();
  await page.waitForURL(/\/draft$/);
  const before = await picture(page);
  const title = part(page, "食品小作坊登记证");
  await title.locator("summary").click();
  await title.locator("textarea").first().fill("食品小作坊生产登记证书");
  const drawn = (before) => document.querySelector("#type-preview svg").outerHTML.length !== before;
  await page.waitForFunction(drawn, before);
  await page.getByRole("button", { name: "放弃草稿" }).click();
  await page.waitForURL(/\/license-types$/);
}

/** A finding of the demo is taken, answered, and ended. */
async function correct(page) {
  await page.goto(`${origin}/quality`);
  await both(page, "quality");
  const first = page.locator("article.card").first();
  const id = await first.getAttribute("id");
  const one = page.locator(`article[id="${id}"]`);
  await one.getByRole("button", { name: "领取" }).click();
  await one.getByText("处理中").waitFor();
  await one.getByLabel("说明").fill("已补录监督管理机构");
  await one.getByRole("button", { name: "答复" }).click();
  await one.getByText("已答复").waitFor();
  await one.getByLabel("说明").fill("情况属实");
  await one.getByRole("button", { name: "办结" }).click();
  await page.waitForFunction((id) => !document.getElementById(id), id);
}

const browser = await open();
try {
  const clerk = await signInAt(origin)(browser, "clerk");
  await clerk.goto(`${origin}/license-types`);
  await both(clerk, "types");
  await clerk.goto(`${origin}/license-types/${code}`);
  await both(clerk, "type");
  await clerk.goto(`${origin}/license-types/${code}/draft`);
  assert.match(await clerk.locator(".findings").innerText(), /印章压住了二维码/, "what the demo left wrong");
  await both(clerk, "type-edit");
  // A code counts once, so the session goes on without scripts.
  const storageState = await clerk.context().storageState();
  const plain = { storageState, viewport: { width: 1280, height: 844 }, locale: "zh-CN", javaScriptEnabled: false };
  await edit(await (await browser.newContext(plain)).newPage());
  await type(clerk);
  await correct(clerk);
  console.log("a license type was edited, drawn while typing, published; a correction was worked off");
} finally {
  await browser.close();
}
