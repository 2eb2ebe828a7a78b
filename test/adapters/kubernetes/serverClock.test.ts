import assert from "node:assert/strict";
import fc from "fast-check";
import { ServerClock } from "../../../adapters/kubernetes/serverClock";

/** A server whose clock is so far ahead of the monotonic one, asked over a network that takes its time. */
class Network {
  private monotonicMs = 5000;
  readonly clock = new ServerClock(
    () => this.monotonicMs,
    () => 1,
  );

  constructor(public ahead: number) {}

  get server(): number {
    return this.monotonicMs + this.ahead;
  }

  pass(ms: number): void {
    this.monotonicMs += ms;
  }

  ask(thereMs: number, backMs: number): void {
    const sent = this.monotonicMs;
    this.pass(thereMs);
    const date = new Date(Math.floor(this.server / 1000) * 1000).toUTCString();
    this.pass(backMs);
    this.clock.observe(date, sent);
  }
}

const START = Date.UTC(2030, 0, 1);

describe("ServerClock", () => {
  it("is the system's clock before the first answer, and without a date that can be read", () => {
    const { clock } = new Network(START);
    assert.equal(clock.now(), 1);
    for (const date of [undefined, "soon", 7]) clock.observe(date, 0);
    assert.equal(clock.now(), 1);
  });

  it("is within a second after one answer, and within the answers' time after many", () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.nat(300)), {
      minLength: 200,
      maxLength: 300,
    });
    fc.assert(
      fc.property(fc.nat(10_000), answers, (offset, all) => {
        const network = new Network(START + offset);
        for (const [i, [there, back, pause]] of all.entries()) {
          network.ask(there, back);
          const error = Math.abs(network.clock.now() - network.server);
          assert.ok(error <= 540, `${error} ms after ${i + 1} answers`);
          network.pass(pause);
        }
        assert.ok(Math.abs(network.clock.now() - network.server) <= 320);
      }),
      { numRuns: 50 },
    );
  });

  it("never goes back while the server's clock does not", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(1500)), { minLength: 2 }), (all) => {
        const network = new Network(START);
        let last = 0;
        for (const [there, back, pause] of all) {
          network.ask(there, back);
          const now = network.clock.now();
          assert.ok(now >= last);
          last = now;
          network.pass(pause);
        }
      }),
    );
  });

  it("follows a server whose clock drifts, and one whose clock is set", () => {
    const network = new Network(START);
    for (let i = 0; i < 2000; i += 1) {
      network.ask(2, 2);
      network.pass(137);
      network.ahead += 0.05; // a third of a millisecond a second
    }
    assert.ok(Math.abs(network.clock.now() - network.server) < 20);
    for (const leap of [3_600_000, -3_600_000]) {
      network.ahead += leap;
      network.ask(2, 2);
      assert.ok(Math.abs(network.clock.now() - network.server) <= 1000, `${leap} ms`);
    }
  });
});
