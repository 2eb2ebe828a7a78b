import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { inputs, nameOf, Stage, type Kill } from "./stage";
import { destinationRule, virtualService, weightsOf } from "../support/objects";

/** A stage whose route is checked after every write. */
function guarded(): { stage: Stage; faults: string[] } {
  const stage = new Stage();
  const faults: string[] = [];
  let share = 0;
  stage.api.onWrite(({ verb, kind }) => {
    const weights = weightsOf(virtualService(stage.api));
    const names = destinationRule(stage.api)?.spec.subsets?.map(({ name }) => name) ?? [];
    const total = Object.values(weights).reduce((a, b) => a + b, 0);
    const next = weights["candidate"] ?? 0;
    if (virtualService(stage.api) && total !== 100) faults.push(`after ${verb} ${kind} the weights sum to ${total}`);
    for (const name of Object.keys(weights))
      if (!names.includes(name)) faults.push(`after ${verb} ${kind}: no subset ${name}`);
    if (next > share + 20 && next !== 100) faults.push(`after ${verb} ${kind} the share goes from ${share} to ${next}`);
    share = next;
  });
  return { stage, faults };
}

/** Runs a scenario once whole, then once killed before and after each of its writes. */
async function killedAnywhere(scenario: (stage: Stage, kill: Kill | undefined) => Promise<void>): Promise<number> {
  const whole = guarded();
  await scenario(whole.stage, undefined).finally(() => whole.stage.close());
  const { length } = whole.stage.api.writes;
  for (let write = 1; write <= length; write += 1) {
    for (const when of ["before", "after"] as const) {
      const { stage, faults } = guarded();
      try {
        await scenario(stage, { write, when });
        deepStrictEqual(faults, []);
      } catch (cause) {
        throw new Error(`killed ${when} write ${write}: ${(cause as Error).message}`, { cause });
      } finally {
        stage.close();
      }
    }
  }
  return length;
}

async function released(stage: Stage, image: string, kill: Kill | undefined) {
  const wanted = inputs(image);
  if (kill) await stage.releaseAndKill(wanted, kill);
  return stage.release(wanted);
}

describe("a release that is killed at any write and asked for again", function () {
  this.timeout(60_000);

  it("deploys the first version", async () => {
    const writes = await killedAnywhere(async (stage, kill) => {
      const outputs = await released(stage, "reviews:v1", kill);
      strictEqual(outputs.verdict, "promoted");
      strictEqual(await stage.serving(), nameOf("reviews:v1"));
    });
    ok(writes >= 4, `${writes} writes`);
  });

  it("promotes a good candidate", async () => {
    await killedAnywhere(async (stage, kill) => {
      await stage.release(inputs("reviews:v1"));
      const outputs = await released(stage, "reviews:v2", kill);
      deepStrictEqual([outputs.verdict, outputs.winner], ["promoted", nameOf("reviews:v2")]);
      strictEqual(await stage.serving(), nameOf("reviews:v2"));
      deepStrictEqual(stage.deployments, [nameOf("reviews:v2")]);
    });
  });

  it("rolls a bad candidate back", async () => {
    await killedAnywhere(async (stage, kill) => {
      await stage.release(inputs("reviews:v1"));
      const outputs = await released(stage, "reviews:bad", kill);
      deepStrictEqual([outputs.verdict, outputs.stableVersion], ["rolledBack", nameOf("reviews:v1")]);
      strictEqual(await stage.serving(), nameOf("reviews:v1"));
      deepStrictEqual(stage.deployments, [nameOf("reviews:v1")]);
    });
  });

  it("takes the place of a stable version that cannot serve", async () => {
    await killedAnywhere(async (stage, kill) => {
      await stage.release(inputs("reviews:broken")).catch(() => undefined);
      const outputs = await released(stage, "reviews:v2", kill);
      strictEqual(outputs.verdict, "promoted");
      strictEqual(await stage.serving(), nameOf("reviews:v2"));
      deepStrictEqual(stage.deployments, [nameOf("reviews:v2")]);
    });
  });

  it("takes the place of another candidate mid-way", async () => {
    await killedAnywhere(async (stage, kill) => {
      await stage.release(inputs("reviews:v1"));
      await stage.releaseUntil(inputs("reviews:v2"), () => stage.share === 40);
      const outputs = await released(stage, "reviews:v3", kill);
      deepStrictEqual([outputs.verdict, outputs.winner], ["promoted", nameOf("reviews:v3")]);
      strictEqual(await stage.serving(), nameOf("reviews:v3"));
      deepStrictEqual(stage.deployments, [nameOf("reviews:v3")]);
    });
  });
});
