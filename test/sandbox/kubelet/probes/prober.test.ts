import assert from "node:assert/strict";
import type { V1Container } from "@kubernetes/client-node";
import { initially, Prober } from "../../../../sandbox/kubelet/probes/prober";
import { container } from "../pods/builders";
import { FakeClock } from "../pods/fakeClock";

const probe = (path: string, more = {}) => ({ httpGet: { path, port: 80 }, periodSeconds: 10, ...more });

describe("probes of a container", () => {
  let clock: FakeClock;
  let asked: string[];
  let said: string[];
  /** Paths that answer well. */
  let good: Set<string>;

  beforeEach(() => {
    clock = new FakeClock();
    [asked, said, good] = [[], [], new Set()];
  });

  function start(spec: Partial<V1Container>): Prober {
    const since = clock.now();
    return new Prober({
      container: container("main", spec),
      clock,
      check: async ({ httpGet }) => {
        const path = httpGet?.path ?? "";
        asked.push(`${path}@${(clock.now() - since) / 1000}`);
        return { isSuccess: good.has(path), message: "bad" };
      },
      onStarted: () => void said.push("started"),
      onReady: (ready) => void said.push(ready ? "ready" : "not ready"),
      onUnhealthy: (kind) => void said.push(`unhealthy by ${kind}`),
      onFailure: () => undefined,
    });
  }

  it("asks after the initial delay, then each period", async () => {
    start({ readinessProbe: probe("/r", { initialDelaySeconds: 3 }) });
    await clock.advance(24_000);
    assert.deepEqual(asked, ["/r@3", "/r@13", "/r@23"]);
  });

  it("is ready after as many successes, and not ready after as many failures, as the probe asks for", async () => {
    start({ readinessProbe: probe("/r", { successThreshold: 2, failureThreshold: 3 }) });
    good.add("/r");
    await clock.advance(0);
    assert.deepEqual(said, []);
    await clock.advance(10_000);
    assert.deepEqual(said, ["ready"]);
    good.clear();
    await clock.advance(20_000);
    assert.deepEqual(said, ["ready"]);
    await clock.advance(10_000);
    assert.deepEqual(said, ["ready", "not ready"]);
  });

  it("begins to count anew when the answers change", async () => {
    start({ livenessProbe: probe("/l", { failureThreshold: 2 }) });
    await clock.advance(0);
    good.add("/l");
    await clock.advance(10_000);
    good.clear();
    await clock.advance(10_000);
    assert.deepEqual(said, []);
    await clock.advance(10_000);
    assert.deepEqual(said, ["unhealthy by liveness"]);
  });

  it("asks nothing else until the startup probe succeeds", async () => {
    start({ startupProbe: probe("/s"), livenessProbe: probe("/l"), readinessProbe: probe("/r") });
    await clock.advance(10_000);
    assert.deepEqual(asked, ["/s@0", "/s@10"]);
    good.add("/s");
    await clock.advance(10_000);
    assert.deepEqual(said, ["started", "not ready"].slice(0, said.length));
    assert.deepEqual(asked, ["/s@0", "/s@10", "/s@20", "/l@20", "/r@20"]);
    await clock.advance(10_000);
    assert.ok(!asked.includes("/s@30"), "it has done its work");
  });

  it("gives a container up that does not start", async () => {
    start({ startupProbe: probe("/s", { failureThreshold: 2 }), livenessProbe: probe("/l") });
    await clock.advance(60_000);
    assert.deepEqual(said, ["unhealthy by startup"]);
    assert.deepEqual(asked, ["/s@0", "/s@10"]);
  });

  it("asks nothing after it is stopped", async () => {
    const prober = start({ readinessProbe: probe("/r") });
    await clock.advance(0);
    prober.stop();
    await clock.advance(60_000);
    assert.deepEqual(asked, ["/r@0"]);
    assert.equal(clock.pending, 0);
  });

  it("takes a container without probes for started and ready", () => {
    assert.deepEqual(initially(container("main")), { started: true, ready: true });
    assert.deepEqual(initially(container("main", { readinessProbe: probe("/r") })), { started: true, ready: false });
    assert.deepEqual(initially(container("main", { startupProbe: probe("/s") })), { started: false, ready: true });
  });
});
