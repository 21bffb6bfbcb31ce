// A client of 印证 in TypeScript, for Node 18 or newer, with nothing but its own fetch. The types
// stand in comments, so that it runs as it is: as TypeScript, and copied to a .mjs as JavaScript.
//
//   YZ_URL=http://127.0.0.1:8080 YZ_CLIENT=NAME YZ_SECRET=… node yinzheng.ts license.json
// @ts-check

import { readFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";

/** An answer that is not a success; `code` is stable, see schema/codes.md. */
export class Problem extends Error {
  status = 0;
  code = "";

  /** @param {number} status @param {Record<string, any>} body */
  constructor(status, body) {
    const code = body.code ?? body.errors?.[0]?.code ?? "unknown";
    super(`${status} ${code}: ${body.detail ?? body.title ?? ""}`);
    this.status = status;
    this.code = code;
  }
}

export class Client {
  url = "";
  client = "";
  secret = "";
  token = "";

  /** @param {string} url @param {string} client @param {string} secret */
  constructor(url, client, secret) {
    this.url = url.replace(/\/$/, "");
    this.client = client;
    this.secret = secret;
  }

  /** @param {string} path @param {RequestInit} init @returns {Promise<any>} */
  async send(path, init) {
    const answer = await fetch(this.url + path, { ...init, signal: AbortSignal.timeout(60_000) });
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Problem(answer.status, body);
    return body;
  }

  /**
   * A token for ten minutes. In production a client proves itself by private_key_jwt
   * (docs/clients.md); a secret is for tests.
   */
  async authorize() {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: this.client,
      client_secret: this.secret,
    });
    const answer = await this.send("/oauth2/token", { method: "POST", body: form });
    this.token = answer.access_token;
  }

  /**
   * Calls with the token, and once more with a new one when that has ended.
   * @param {string} path @param {unknown} value @param {Record<string, string>} [headers]
   * @returns {Promise<any>}
   */
  async post(path, value, headers = {}) {
    if (!this.token) await this.authorize();
    const call = () =>
      this.send(path, {
        method: "POST",
        body: JSON.stringify(value),
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${this.token}`,
          ...headers,
        },
      });
    try {
      return await call();
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      await this.authorize();
      return call();
    }
  }

  /**
   * Issues a license. The same key never issues twice, so repeat a request that failed under the
   * same one.
   * @param {unknown} license @param {string} [key]
   */
  issue(license, key = randomUUID()) {
    return this.post("/v1/licenses", license, { "Idempotency-Key": key });
  }

  /**
   * Whether a license is genuine and valid: look at `outcome`, never at the status.
   * @param {string} id
   */
  verify(id) {
    return this.post("/v1/verifications", { license_id: id });
  }

  /** How a license stands in the register. @param {string} id */
  async status(id) {
    return (await this.post("/compat/status", { data: { license_id: id } })).data;
  }
}

const { YZ_URL, YZ_CLIENT, YZ_SECRET } = process.env;
const client = new Client(YZ_URL ?? "", YZ_CLIENT ?? "", YZ_SECRET ?? "");
const issued = await client.issue(JSON.parse(await readFile(process.argv[2], "utf8")));
console.log("issued", issued.id);
console.log("outcome", (await client.verify(issued.id)).outcome);
console.log("state", (await client.status(issued.id)).state);
await client.status("00000000-0000-7000-8000-000000000000").catch((problem) => {
  console.log("unknown", problem.status);
});
