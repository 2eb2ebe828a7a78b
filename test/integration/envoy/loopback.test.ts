import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import type { Sandbox } from "../../../sandbox/cluster";
import { partsOf } from "../../../sandbox/cluster/parts";
import { ControllerFixture } from "../support/controllerFixture";
import { until } from "../support/releaseFixture";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";
import { deployment, destinationRule, gateway, to, virtualService } from "./istioObjects";
import { answeredIn, rowsOf } from "./pages";
import { openSockets, parseTable, staysOnMachine } from "./sockets";

describe("the sandbox with Envoy", function () {
  this.timeout(120_000);
  endSandboxAfterwards();
  let sandbox: Sandbox;
  let fixture: ControllerFixture;

  before(async () => {
    sandbox = await sharedSandbox("envoy");
    fixture = await ControllerFixture.create("loopback");
    await fixture.service("reviews", { "requests-per-second": "200" });
    await fixture.service("ratings", { "requests-per-second": "100", "gateway-host": "ratings.example.com" });
    for (const version of ["v1", "v2"]) await fixture.apply(deployment("reviews", version));
    await fixture.apply(deployment("ratings", "v1"));
    await fixture.apply(gateway("shop", ["*"]));
    await fixture.apply(
      virtualService({ name: "ratings" }, ["ratings.example.com"], [{ route: [to("ratings")] }], ["shop"]),
    );
    await fixture.apply(destinationRule("reviews", "reviews", { one: "v1", two: "v2" }));
    await fixture.apply(virtualService({ name: "reviews" }, ["reviews"], [{ route: [to("reviews", "one")] }]));
    await fixture.untilReady("reviews-v1", "reviews-v2", "ratings-v1");
    await until("requests are answered", async () => (await answeredIn(sandbox, fixture.namespace)) > 500);
  });

  it("listens on, and is connected to, loopback addresses only, while a route changes under load", async () => {
    const seen = new Set<string>();
    const strangers = new Set<string>();
    const before = await answeredIn(sandbox, fixture.namespace);
    for (let weight = 10; weight <= 100; weight += 15) {
      const split = [to("reviews", "one", 100 - weight), to("reviews", "two", weight)];
      await fixture.client.merge(VIRTUAL_SERVICES, fixture.namespace, "reviews", {
        spec: { http: [{ route: split }] },
      });
      for (let look = 0; look < 8; look++) {
        for (const socket of openSockets(sandbox.dir)) {
          const { part, program, protocol, isListening, local, remote } = socket;
          seen.add(`${part} ${isListening ? "listens" : "is connected"}`);
          if (!staysOnMachine(socket)) {
            strangers.add(`${part} (${program}): ${protocol} ${local.join(".")} to ${remote.join(".")}`);
          }
        }
        await sleep(100);
      }
    }
    assert.deepEqual([...strangers], []);
    const answered = (await answeredIn(sandbox, fixture.namespace)) - before;
    assert.ok(answered > 500, `only ${answered} requests were answered meanwhile`);
    assert.ok(
      (await rowsOf(sandbox, "/requests", fixture.namespace)).some(({ workload }) => workload === "ratings-v1"),
    );
    for (const { name: part } of partsOf("envoy")) {
      for (const what of ["listens", "is connected"])
        assert.ok(seen.has(`${part} ${what}`), `${part} ${what}: not seen`);
    }
  });
});

describe("the look at sockets", () => {
  const row = (local: string, remote: string, state: string) =>
    `   0: ${local}:1F90 ${remote}:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 4711 1`;
  const only = (protocol: "tcp" | "tcp6" | "udp", local: string, remote: string, state = "01") => {
    const [socket] = parseTable(protocol, `  sl  local_address rem_address\n${row(local, remote, state)}\n`);
    return socket ?? assert.fail("no socket was read");
  };
  const none = "00000000";

  it("reads the kernel's table", () => {
    const socket = only("tcp", "0502407F", none, "0A");
    assert.deepEqual([...socket.local], [127, 64, 2, 5]);
    assert.deepEqual([socket.inode, socket.isListening], ["4711", true]);
  });

  it("lets loopback addresses pass, of both kinds", () => {
    const sixth = "00000000000000000000000001000000";
    const mapped = "0000000000000000FFFF00000100007F";
    for (const [protocol, local, remote] of [
      ["tcp", "0100007F", none],
      ["tcp", "0502407F", "0100007F"],
      ["udp", "0100007F", none],
      ["tcp6", sixth, sixth],
      ["tcp6", mapped, none.repeat(4)],
    ] as const) {
      assert.ok(staysOnMachine(only(protocol, local, remote)), `${protocol} ${local} ${remote}`);
    }
  });

  it("finds what listens on all addresses, or is connected to another machine", () => {
    for (const [protocol, local, remote] of [
      ["tcp", none, none],
      ["udp", none, none],
      ["tcp6", none.repeat(4), none.repeat(4)],
      ["tcp", "0100007F", "08080808"],
      ["tcp", "0A00000A", "0100007F"],
      ["tcp6", "0000000000000000FFFF00000A00000A", none.repeat(4)],
    ] as const) {
      assert.ok(!staysOnMachine(only(protocol, local, remote)), `${protocol} ${local} ${remote}`);
    }
  });
});
