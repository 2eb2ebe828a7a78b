import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { GOOD, ReleaseFixture, until } from "./support/releaseFixture";
import { endSandboxAfterwards } from "./support/sharedSandbox";

describe("a release whose `pulumi` alone is killed, not the provider that drives it", function () {
  endSandboxAfterwards();
  this.timeout(180_000);

  it("is let go by the orphan and taken over by the next `pulumi up`, with its progress", async () => {
    const fixture = await ReleaseFixture.create("orphan");
    await fixture.want("v1", GOOD);
    assert.equal((await fixture.stack.up()).code, 0);
    await fixture.want("v2", GOOD);
    let pulumi: ChildProcess | undefined;
    const up = fixture.stack.up({ onStart: (child) => (pulumi = child) });
    await until("the candidate has a share", async () =>
      (await fixture.experiments()).some(({ status }) => status?.currentIteration === 1),
    );
    pulumi?.kill("SIGKILL");
    await fixture.stack.cancel();
    const next = await fixture.stack.up();
    await up;
    assert.equal(next.code, 0, next.stdout);
    assert.match(next.stdout, /joining experiment/);
    assert.match(next.stdout, /5\/5 {2}20\/80/);
    const [experiment] = await fixture.experiments();
    assert.deepEqual(
      experiment?.status?.serin?.history?.map(({ iteration }) => iteration),
      [1, 2, 3, 4, 5],
    );
  });
});
