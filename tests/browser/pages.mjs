// Looks at the pages as a person does, on a phone and on a desk.
//
//     node pages.mjs URL SEALED.pdf CODE-PATH SCREENSHOT-FOLDER ADMIN FIRST-PASSWORD AUDITOR FIRST-PASSWORD CREDIT-CODE APPROVER FIRST-PASSWORD NUMBERS SYSTEM FIRST-PASSWORD CARELESS-CLIENT
//
// Ends badly, with a sentence, at the first thing that is not as it should be.

import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeOf, looker, open, widths } from "./common.mjs";

const [origin, sealed, codePath, folder, admin, adminFirst, auditor, auditorFirst, creditCode, approver, approverFirst, numbers, system, systemFirst, careless] =
  process.argv.slice(2);
const sound = looker(folder);
/** What a page with all that belongs to it may weigh on the line, the first time. */
const firstLoadMax = 100_000;

/** A copy of the sealed file with one byte of its drawing changed. */
function tampered(into) {
  const bytes = readFileSync(sealed);
  bytes[Math.floor(bytes.length / 2)] ^= 1;
  const path = join(into, "tampered.pdf");
  writeFileSync(path, bytes);
  return path;
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
    // What the check before said would stand there until this one has ended.
    await page.locator("#check output").evaluate((output) => output.replaceChildren());
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

/** Adds up what comes over the line from now on. */
function weigh(page) {
  const sizes = [];
  const note = (request) => sizes.push(request.sizes());
  page.on("requestfinished", note);
  return async () => {
    // What is asked for later may be cut off when the page goes.
    page.off("requestfinished", note);
    const all = await Promise.all(sizes);
    return all.reduce((sum, one) => sum + one.responseBodySize + one.responseHeadersSize, 0);
  };
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

  const weighed = weigh(page);
  await page.goto(`${origin}/?lang=zh`, { waitUntil: "networkidle" });
  const bytes = await weighed();
  assert.ok(bytes > 1_000 && bytes <= firstLoadMax, `the first page weighs ${bytes} bytes`);
  await sound(page, "home", width, scripts);
  await upload(page, sealed);
  assert.match(await page.locator("main").innerText(), /有效/, "a sealed file is valid");
  await sound(page, "valid", width, scripts);
  await upload(page, copies.tampered);
  assert.match(await page.locator("h1").innerText(), /无效/, "a changed file is not valid");
  await sound(page, "invalid", width, scripts);
  await page.goto(`${origin}${codePath}`);
  assert.match(await page.locator("main").innerText(), /有效/, "the code finds its license");
  await sound(page, "code", width, scripts);
  await page.goto(`${origin}/log?lang=zh`);
  await sound(page, "log", width, scripts);
  if (scripts) await proof(page, width);
  await page.goto(`${origin}/docs`);
  await sound(page, "docs", width, scripts);
  await page.goto(`${origin}/?lang=en`);
  assert.match(await page.locator("html").getAttribute("lang"), /^en/, "English is offered");
  await context.close();
  assert.deepEqual(faults, [], `at ${width}, scripts ${scripts}`);
  console.log(`seen at ${width} px, scripts ${scripts ? "on" : "off"}`);
}

/** Signs in for the first time, by keyboard, and lands where work begins; the secret of codes. */
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
  const secret = await page.locator("code.secret").innerText();
  await page.fill("#code", codeOf(secret));
  await page.press("#code", "Enter");
  await page.waitForURL(/\/work$/);
  return secret;
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

/** Who looked at one license, what was exported, and an alert that is looked at. */
async function audit(reader) {
  await visit(reader, [["access", "/access"], ["alerts", "/alerts"]]);
  await reader.goto(`${origin}/access`);
  const license = await reader.locator("td a code").first().innerText();
  await reader.fill("#license", license);
  await reader.locator("form.search button.main").click();
  await reader.waitForURL(/license=/);
  const found = await reader.locator("table").innerText();
  assert.match(found, /证照内容|签章文件/, "what was shown");
  await reader.locator("form.search button[name=check]").click();
  await reader.locator("[role=status]").waitFor();
  const exported = await reader.request.get(`${origin}/access/export?format=jsonl&license=${license}`);
  const rows = (await exported.text()).trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(rows.length > 0 && rows.every((row) => row.licenses.includes(license)), "its rows");
  // Found behind the answers; others may look at the alerts of others meanwhile.
  await reader.goto(`${origin}/alerts`);
  const open = reader.locator("article", { hasText: careless });
  for (let round = 0; (await open.count()) === 0; round += 1) {
    assert.ok(round < 300, "a look without a case is an alert");
    await reader.waitForTimeout(200);
    await reader.reload();
  }
  const note = `已核实 ${Date.now()}`;
  await open.locator("input[name=note]").fill(note);
  await open.locator("button").click();
  await reader.locator("td", { hasText: note }).waitFor();
  console.log("an auditor found who looked, exported it and looked at an alert");
}

/** A department is registered, somebody of it invited, and an auditor sees that. */
async function people(browser) {
  const fresh = async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
    return context.newPage();
  };
  const page = await fresh();
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
  const reader = await fresh();
  await setUp(reader, auditor, auditorFirst);
  await visit(reader, [["trail", `/trail?actor=${admin}`]]);
  assert.match(await reader.locator("table").innerText(), /organization\.add[^]*staff\.setup/, "all of it is there");
  await audit(reader);
  await reader.locator("form.leave button").click();
  await reader.waitForURL(/\/sign-in$/);
  const keeper = await fresh();
  await setUp(keeper, system, systemFirst);
  await visit(keeper, [["health", "/health"]]);
  assert.match(await keeper.locator("table").innerText(), /登记库[^]*恢复演练/, "each part is there");
  console.log("people signed in, registered, invited, audited");
}

/** A citizen of the demonstration signs in, sees the own page, and signs out. */
async function citizen(browser) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
  const page = await context.newPage();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto(`${origin}/sign-in?lang=zh`);
    await sound(page, "sign-in-offers", width);
    await page.locator("a[href='/sign-in/with/test']").click();
    await page.waitForURL(/\/test-identity\/authorize/);
    await sound(page, "test-identity", width);
    await page.locator("main button.main").click();
    await page.waitForURL(/\/me$/);
    assert.match(await page.locator("h1").innerText(), /^样\*/, "the name is masked");
    await sound(page, "me", width);
    await ownMaterial(page, width);
    await page.goto(`${origin}/me`);
    await page.locator("form[action='/me/sign-out'] button").click();
    await page.locator("a[href='/sign-in']").first().waitFor();
    await sound(page, "signed-out", width);
  }
  console.log("a citizen signed in");
}

/** The citizen keeps a document that may be kept, is told why another is not, and erases the first. */
async function ownMaterial(page, width) {
  const add = async (catalog) => {
    await page.fill("#name", `租赁合同 ${width}`);
    const buffer = Buffer.from(onePage(catalog), "latin1");
    await page.setInputFiles("#file", { name: "lease.pdf", mimeType: "application/pdf", buffer });
    await page.locator("form[action='/me/materials'] button.main").click();
  };
  await page.locator("a[href='/me/materials']").click();
  await page.waitForURL(/\/me\/materials$/);
  await add("/OpenAction << /S /JavaScript /JS (x) >>");
  assert.match(await page.locator(".alert").innerText(), /脚本/, "it is said what is wrong");
  assert.equal(await page.inputValue("#name"), `租赁合同 ${width}`, "what was typed stays");
  await sound(page, "my-materials-refused", width);
  await add("");
  const kept = page.locator("article.card").first();
  await kept.locator("text=C 级").waitFor();
  await sound(page, "my-materials", width);
  await kept.locator("summary").nth(1).click();
  await kept.locator("button.grave").click();
  await page.locator("article.card").first().locator("text=已删除").first().waitFor();
}

/** A PDF of an empty page. */
function onePage(catalog) {
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalog} >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
  ];
  let file = "%PDF-1.7\n";
  const rows = ["0000000000 65535 f \n"];
  objects.forEach((object, place) => {
    rows.push(`${String(file.length).padStart(10, "0")} 00000 n \n`);
    file += `${place + 1} 0 obj\n${object}\nendobj\n`;
  });
  const end = `trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return `${file}xref\n0 4\n${rows.join("")}${end}`;
}

/** An approver makes a key in the browser and approves a batch with it. */
async function approves(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 844 }, locale: "zh-CN" });
  const page = await context.newPage();
  const secret = await setUp(page, approver, approverFirst);
  assert.match(await page.locator(".tiles").innerText(), /用印审批 \d+ 待审批/, "the work page counts");
  await visit(page, [["approver-keys-none", "/approver-keys"]]);
  await page.setViewportSize({ width: 1280, height: 844 });
  await page.goto(`${origin}/approver-keys`);
  await page.fill("#label-here", "办公电脑");
  // A code counts once: that of the next half minute, which is taken already.
  await page.fill("#code-here", codeOf(secret, 1));
  await page.locator("#make-key button.main").click();
  await page.waitForURL(/\/approver-keys$/);
  await page.locator("table").waitFor();
  assert.match(await page.locator("table").innerText(), /办公电脑[^]*P-256[^]*浏览器/, "it is registered");
  await visit(page, [["approver-keys", "/approver-keys"], ["orders", "/orders"]]);
  await page.setViewportSize({ width: 1280, height: 844 });
  await page.goto(`${origin}/orders`);
  for (const box of await page.locator("input[name=order]:not([disabled])").all()) await box.uncheck();
  for (const number of numbers.split(",")) await page.locator(`tr:has-text("${number}") input[name=order]`).check();
  await page.locator("form:has(input[name=order]) button.main").click();
  await page.waitForURL(/\/manifests\//);
  const manifest = new URL(page.url()).pathname;
  await visit(page, [["manifest", manifest]]);
  await page.setViewportSize({ width: 1280, height: 844 });
  await page.locator("#sign").click();
  await page.waitForURL((url) => url.pathname === manifest && !url.hash, { timeout: 10_000 });
  await page.locator("progress").waitFor();
  await page.waitForFunction(() => document.querySelector("progress")?.value === 100, null, { timeout: 60_000 });
  await sound(page, "manifest-sealed", 1280);
  const text = await page.locator("main").innerText();
  for (const number of numbers.split(",")) assert.ok(text.includes(number), `${number} is in the manifest`);
  assert.doesNotMatch(text, /未能签章\s*[1-9]/, "all of them are sealed");
  console.log("a batch approved and sealed");
}

const place = mkdtempSync(join(tmpdir(), "yinzheng-browser-"));
const browser = await open();
try {
  const copies = { tampered: tampered(place) };
  for (const width of widths) await look(browser, width, true, copies);
  await look(browser, widths[0], false, copies);
  await people(browser);
  await citizen(browser);
  await approves(browser);
} finally {
  await browser.close();
  rmSync(place, { recursive: true });
}
