// A clerk at a general window, by keyboard alone and without scripts; then the editor of mappings.
//
//     node workbench.mjs URL SCREENSHOT-FOLDER
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { bothOf, looker, open, signInAt } from "./common.mjs";

const [origin, folder] = process.argv.slice(2);
const sound = looker(folder);
const both = bothOf(sound);
const signIn = signInAt(origin);

const focused = (page) => page.evaluate(() => document.activeElement.id || document.activeElement.name);

/** No key but those of a keyboard, from the way to the workbench to the notice. */
async function decide(page) {
  await page.goto(`${origin}/workbench`);
  assert.equal(await focused(page), "q", "the search is ready to be typed into");
  await page.keyboard.type("spjyxkz");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workbench\/11999900MB000003530057$/);
  assert.equal(await focused(page), "a.premises", "the first question is next");
  for (const question of ["a.premises", "a.catering"]) {
    assert.equal(await focused(page), question);
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
  }
  assert.equal(await focused(page), "a.agent");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.type("示例省示例市样板区云岭数字科技与智能装备产业创新发展股份有限公司");
  await page.keyboard.press("Tab");
  await page.keyboard.type("91999900MA0000023H");
  while ((await focused(page)) !== "case_no") await page.keyboard.press("Tab");
  await page.keyboard.type("YL-2026-0001");
  const begun = Date.now();
  await page.keyboard.press("Enter");
  await page.locator("#count").waitFor();
  const took = Date.now() - begun;
  // Two seconds, and some for a machine that does other things too.
  assert.ok(took < 20_000, `the answer took ${took} ms`);
  assert.match(await page.locator("#count").innerText(), /^9 份材料，免交 4 份$/);
  const line = (name) => page.locator("li.check", { hasText: name });
  for (const [name, word] of [
    ["营业执照", "免交"],
    ["不动产权证书", "免交"],
    ["食品安全管理制度", "可承诺"],
    ["平面图", "可后补"],
    ["健康证明", "可协查"],
    ["申请书", "需提交"],
  ]) {
    assert.equal(await line(name).first().locator(".check-word").innerText(), word, name);
    assert.ok(await line(name).first().locator("svg").count(), `${name}: a shape`);
  }
  assert.ok(await line("营业执照").getByRole("link", { name: "核验记录" }).isVisible(), "its evidence opens");
  const asked = line("健康证明").getByRole("link", { name: "已向示例市卫生健康委员会发出协助请求" });
  assert.ok(await asked.isVisible(), "whom the service asks, and by when it answers");
  const copy = await line("营业执照").getByRole("link", { name: "加注件" }).getAttribute("href");
  const pdf = await page.request.get(`${origin}${copy}`);
  assert.equal(pdf.headers()["content-type"], "application/pdf", "its marked copy opens");
}

/** The case goes on to the system that handles it, by keyboard alone. */
async function submit(page) {
  const button = page.getByRole("button", { name: "递交", exact: true });
  while (!(await button.evaluate((one) => one === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/workbench\/decisions\/[0-9a-f-]+#submitted$/);
  const bundle = await page.getByRole("link", { name: "下载证明包" }).getAttribute("href");
  const zip = await page.request.get(`${origin}${bundle}`);
  assert.equal(zip.headers()["content-type"], "application/zip", "the proof bundle is there");
  assert.equal(await button.count(), 0, "a case is submitted once");
}

/** The department that is asked sees whom it is about, and answers; nothing there needs a script. */
async function answer(page) {
  await page.goto(`${origin}/assistance`);
  const waiting = page.locator("section", { has: page.locator("#to_answer") }).locator("li.check");
  const one = waiting.filter({ hasText: "YL-2026-0001" });
  assert.equal(await one.locator(".check-word").innerText(), "待答复");
  assert.ok(await one.locator("svg").count(), "a shape");
  await both(page, "assistance", false);
  await one.getByRole("link").click();
  await page.getByText("91999900MA0000023H").waitFor();
  await both(page, "assistance-request", false);
  await page.getByLabel("情况属实").check();
  await page.getByLabel("核实依据和说明").fill("经核对体检登记，均合格。");
  await page.getByRole("button", { name: "提交答复" }).click();
  await page.locator("#said").waitFor();
  assert.equal(await page.locator(".check-word").innerText(), "情况属实");
  assert.equal(await page.getByText("91999900MA0000023H").count(), 0, "the code went with the answer");
  await both(page, "assistance-answered", false);
}

/** Two items of one case, the second scanned, and the notice of both; nothing but keys. */
async function decideTwo(page) {
  await page.goto(`${origin}/workbench`);
  await page.keyboard.type(`${origin}/items/11999900MB000003530057`);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?next$/);
  assert.equal(await focused(page), "q", "after a scan the next one is expected");
  await page.keyboard.type("11999900MB000003530058");
  await page.keyboard.press("Enter");
  await page.getByText("2 个事项").waitFor();
  assert.equal(await focused(page), "q");
  await page.keyboard.type("许可");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^添加 .*公共场所卫生许可/ }).waitFor();
  assert.equal(await page.getByText("经营场所是自有还是租用？").count(), 1, "asked once for both");
  await both(page, "workbench-case-two", false);
  const field = page.locator("#q");
  await field.fill("");
  await page.locator('[name="a.premises"]').first().focus();
  await page.keyboard.press("Space");
  while ((await focused(page)) !== "applicant.name") await page.keyboard.press("Tab");
  await page.keyboard.type("示例省示例市样板区云岭数字科技与智能装备产业创新发展股份有限公司");
  await page.keyboard.press("Tab");
  await page.keyboard.type("91999900MA0000023H");
  while ((await focused(page)) !== "case_no") await page.keyboard.press("Tab");
  await page.keyboard.type("YL-2026-0003");
  await page.keyboard.press("Enter");
  await page.locator("#count").waitFor();
  assert.match(await page.locator("#count").innerText(), /^2 个事项，\d+ 份材料，免交 \d+ 份$/);
  const id = await page.locator("code").last().innerText();
  await page.reload();
  assert.equal(await page.locator("code").last().innerText(), id, "a reload decides nothing more");
  assert.equal(await page.locator("svg.code").count(), 2, "where to look it up");
  await both(page, "workbench-notice-two", false);
}

const browser = await open();
try {
  const plain = await signIn(browser, "window", false);
  await decide(plain);
  await both(plain, "workbench-notice", false);
  await submit(plain);
  await both(plain, "workbench-submitted", false);
  const health = await signIn(browser, "health", false);
  await answer(health);
  await health.context().close();
  await plain.reload();
  const asked = plain.locator("li.check", { hasText: "健康证明" });
  assert.equal(await asked.locator(".badge").innerText(), "情况属实", "what was answered since");
  await plain.getByText("协助部门已经答复").waitFor();
  await both(plain, "workbench-answered", false);
  console.log("another department was asked, and answered");
  await decideTwo(plain);
  await plain.goto(`${origin}/workbench?q=yl`);
  await both(plain, "workbench-found", false);
  // A code counts once, so the session goes on with scripts.
  const storageState = await plain.context().storageState();
  await plain.context().close();
  const again = { storageState, viewport: { width: 1280, height: 844 }, locale: "zh-CN" };
  const page = await (await browser.newContext(again)).newPage();
  await page.goto(`${origin}/workbench/11999900MB000003530057`);
  await page.fill('[id="applicant.name"]', "示例市样例有限公司");
  await page.fill('[id="applicant.code"]', "91999900MA0000023X");
  await page.fill("#case_no", "YL-2026-0002");
  await page.getByRole("button", { name: "查看免交结果" }).click();
  await page.getByText("号码不正确，请核对。").first().waitFor();
  assert.equal(await page.inputValue('[id="applicant.code"]'), "91999900MA0000023X", "what was typed stays");
  await both(page, "workbench-case");
  console.log("decided by keyboard alone");
  await page.goto(`${origin}/items?q=spjyxkz`);
  await both(page, "items");
  await page.goto(`${origin}/items/11999900MB000003530057`);
  await both(page, "item");
  await page.goto(`${origin}/service-items?only=asking`);
  await both(page, "service-items");
  await page.getByRole("link", { name: "动物诊疗许可证核发" }).click();
  const material = page.locator("#business_license");
  await material.locator("summary").click();
  assert.equal(await material.locator("select").first().inputValue(), "11100000MB0143028R001", "the license of that name is offered");
  await both(page, "mapping");
  await material.getByRole("button", { name: "保存这份材料" }).click();
  await page.waitForURL(/saved/);
  await page.getByText("已保存。").waitFor();
  assert.ok(!(await page.locator("#business_license summary").innerText()).includes("仍收取"));
  console.log("a paper that is issued here was mapped");
} finally {
  await browser.close();
}
