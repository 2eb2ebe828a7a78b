import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { connectionOf } from "../../../adapters/kubernetes/connection";

/** A kubeconfig that answers with the given options, and counts how often it is asked. */
function config(options: () => RequestOptions): { readonly config: KubeConfig; asked: number } {
  const counted = {
    asked: 0,
    config: {
      applyToHTTPSOptions: async (target: RequestOptions) => {
        counted.asked += 1;
        Object.assign(target, options());
      },
    } as unknown as KubeConfig,
  };
  return counted;
}

function isKeptAlive(agent: HttpAgent): boolean | undefined {
  return (agent as { keepAlive?: boolean }).keepAlive;
}

describe("a connection to the API server", () => {
  const { now } = performance;
  let time = 0;
  before(() => (performance.now = () => time));
  after(() => void (performance.now = now));

  it("is kept alive, over the kubeconfig's own agent", async () => {
    const agent = new HttpsAgent();
    const connection = await connectionOf(config(() => ({ agent })).config);
    strictEqual(connection.agent, agent);
    strictEqual(isKeptAlive(connection.agent), true);
  });

  it("has an agent where the kubeconfig has none", async () => {
    const { agent } = await connectionOf(config(() => ({})).config);
    strictEqual(isKeptAlive(agent), true);
  });

  it("asks for what authenticates it again, for tokens expire, but not for every request", async () => {
    let token = "first";
    const asked = config(() => ({ headers: { Authorization: `Bearer ${token}` } }));
    time = 1000;
    const connection = await connectionOf(asked.config);
    token = "second";
    time = 10_999;
    deepStrictEqual(await connection.headers(), { Authorization: "Bearer first" });
    strictEqual(asked.asked, 1);
    time = 11_000;
    deepStrictEqual(await connection.headers(), { Authorization: "Bearer second" });
    deepStrictEqual(await connection.headers(), { Authorization: "Bearer second" });
    strictEqual(asked.asked, 2);
  });

  it("turns a user and password into a header", async () => {
    const connection = await connectionOf(config(() => ({ auth: "me:pä:ss" })).config);
    const expected = `Basic ${Buffer.from("me:pä:ss").toString("base64")}`;
    deepStrictEqual(await connection.headers(), { Authorization: expected });
  });
});
