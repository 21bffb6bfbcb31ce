// Sends a batch as a clerk of the demo does: checked, started, its failed rows taken back.
//
//     node batches.mjs URL SCREENSHOT-FOLDER
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { bothOf, looker, open, signInAt } from "./common.mjs";

const [origin, folder] = process.argv.slice(2);
const both = bothOf(looker(folder));
const type = "119999000000000198001";
const text = [
  "证照编号,申请人,统一社会信用代码,许可事项,受理日期,决定内容,决定日期",
  "示览许〔2026〕1号,示例市青禾食品有限公司,91999900MA0000015N,户外广告设施设置审批,2026-02-20,准予设置。,2026-03-02",
  "示览许〔2026〕2号,示例市青禾食品有限公司,91999900MA0000015X,户外广告设施设置审批,2026-02-20,准予设置。,2026-03-02",
].join("\r\n");

const state = (page) => page.locator("dl .badge").first().innerText();

/** Pages that refresh themselves come there without a script. */
async function until(page, words) {
  for (let round = 0; (await state(page)) !== words; round += 1) {
    assert.ok(round < 600, `it is ${await state(page)}, not ${words}`);
    await page.waitForTimeout(100);
    await page.reload();
  }
}

const browser = await open();
try {
  const page = await signInAt(origin)(browser, "clerk");
  await page.goto(`${origin}/batches`);
  await both(page, "batches");
  await page.selectOption("#license_type", type);
  await page.setInputFiles("#file", { name: "三月.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.fill("#declared", "3");
  await page.getByRole("button", { name: "上传并检查" }).click();
  await page.waitForURL(/\/batches\/[0-9a-f-]+$/);
  await until(page, "已检查，待开始");
  const checked = await page.locator("main").innerText();
  for (const words of ["校验位不对", "统一社会信用代码", "不一致，请核对后再开始"]) {
    assert.ok(checked.includes(words), `the dry run says ${words}`);
  }
  await both(page, "batch-checked");
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载未通过的行" }).click();
  const back = await readFile(await (await coming).path(), "utf8");
  assert.match(back, /失败原因/);
  assert.ok(back.includes("〔2026〕2号") && !back.includes("〔2026〕1号"), back);
  await page.getByRole("button", { name: "开始签发" }).click();
  await until(page, "已完成");
  await both(page, "batch-completed");
  console.log("a batch was checked and issued");
  await page.goto(`${origin}/counts`);
  await page.selectOption("#license_type", type);
  await page.fill("#day", "2026-03-02");
  await page.fill("#count", "40");
  await page.getByRole("button", { name: "申报" }).click();
  await page.goto(`${origin}/counts?from=2026-03-01&to=2026-03-12`);
  const counts = await page.locator("main").innerText();
  assert.ok(counts.includes("缺少申报数") && counts.includes("40"), counts);
  await both(page, "counts");
  console.log("declared and collected");
} finally {
  await browser.close();
}
