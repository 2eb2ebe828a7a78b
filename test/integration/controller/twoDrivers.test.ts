import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { BAD, GOOD, ReleaseFixture } from "../support/releaseFixture";
import { killTree } from "../support/processTree";
import { endSandboxAfterwards } from "../support/sharedSandbox";
import { upUntil } from "../support/upUntil";
import { ControllerProcess } from "../support/controllerProcess";

async function deployed(name: string, more: Record<string, string> = {}): Promise<ReleaseFixture> {
  const fixture = await ReleaseFixture.create(name);
  await fixture.stack.configure({ controllerNamespace: fixture.namespace, ...more });
  await fixture.want("v1", GOOD);
  const { code, stdout } = await fixture.stack.up();
  assert.equal(code, 0, stdout);
  return fixture;
}

/** A controller of the fixture's namespace alone. */
function controllerOf({ sandbox, namespace }: ReleaseFixture): Promise<ControllerProcess> {
  return ControllerProcess.start(sandbox, ["--namespace", namespace, "--lease-namespace", namespace]);
}

async function iterations(fixture: ReleaseFixture): Promise<number[]> {
  const [experiment] = await fixture.experiments();
  return (experiment?.status?.serin?.history ?? []).map(({ iteration }) => iteration);
}

describe("two drivers", function () {
  endSandboxAfterwards();
  this.timeout(180_000);
  const started: ControllerProcess[] = [];
  const start = async (fixture: ReleaseFixture): Promise<ControllerProcess> => {
    const controller = await controllerOf(fixture);
    started.push(controller);
    return controller;
  };
  afterEach(() => Promise.all(started.splice(0).map((controller) => controller.end())));

  it("`pulumi up` follows the controller where one is at work, and reports its verdict", async () => {
    const fixture = await deployed("follow");
    await start(fixture);
    await fixture.want("v2", GOOD);
    const { code, stdout } = await fixture.stack.up();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /the controller in the cluster drives it/);
    for (const iteration of [1, 2, 3, 4, 5]) assert.match(stdout, new RegExp(` ${iteration}/5 `), "each is told");
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "promoted");
    const [experiment] = await fixture.experiments();
    assert.equal(experiment?.spec.serin?.driver, "controller");
  });

  it("a killed `pulumi up` leaves the release going, and the next one joins it", async () => {
    const fixture = await deployed("leave");
    await start(fixture);
    await fixture.want("v2", BAD);
    assert.ok(await upUntil(fixture, ({ share }) => share > 0));
    await fixture.stack.cancel();
    const { code, stdout } = await fixture.stack.up();
    assert.notEqual(code, 0);
    assert.match(stdout, /joining experiment|is not tried again/);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "rolledBack", stdout);
    assert.deepEqual((await fixture.experiments()).length, 1);
  });

  it("the controller takes over from a `pulumi up` that dies, without a jump or a repeated iteration", async () => {
    const fixture = await deployed("takeover", { driver: "pulumi" });
    await start(fixture);
    await fixture.want("v2", GOOD);
    assert.ok(await upUntil(fixture, ({ experiment }) => (experiment?.status?.currentIteration ?? 0) >= 2));
    await fixture.stack.cancel();
    await fixture.untilEnded();
    assert.deepEqual(await iterations(fixture), [1, 2, 3, 4, 5]);
    const { code, stdout } = await fixture.stack.up();
    assert.equal(code, 0, stdout);
    const outputs = await fixture.stack.outputs();
    assert.equal(outputs["verdict"], "promoted");
  });

  it("`pulumi up` takes over from a controller that has gone", async () => {
    const fixture = await deployed("gone");
    const controller = await start(fixture);
    await fixture.want("v2", GOOD);
    let up: ChildProcess | undefined;
    const running = fixture.stack.up({ onStart: (child) => (up = child) });
    try {
      await fixture.untilRecorded(({ status }) => (status?.currentIteration ?? 0) >= 2);
      await controller.kill();
      const { code, stdout } = await running;
      assert.equal(code, 0, stdout);
      assert.match(stdout, /the controller has gone: driving from here/);
      assert.deepEqual(await iterations(fixture), [1, 2, 3, 4, 5]);
    } finally {
      if (up) await killTree(up);
    }
  });
});
