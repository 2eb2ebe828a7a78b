import assert from "node:assert/strict";
import { abnPlan, checkAbnPlan, type AbnPlan } from "../../../engine/abn";
import { errorsCriterion, planOf } from "./builders";

describe("abnPlan and checkAbnPlan", () => {
  it("fill in the defaults and accept the result", () => {
    const required = { baseline: "v1", candidates: ["v2"], criteria: [], reward: { metric: "orders" } };
    const complete = {
      ...required,
      reward: { metric: "orders", direction: "higher" },
      alpha: 0.05,
      split: "thompson",
      floor: 5,
    };
    assert.deepEqual(abnPlan(required), complete);
    assert.deepEqual(abnPlan({ ...required, alpha: undefined, split: undefined, floor: undefined }), complete);
    assert.deepEqual(checkAbnPlan(planOf({ criteria: [errorsCriterion] })), []);
    const ten = Array.from({ length: 10 }, (_, i) => `c${i}`);
    assert.deepEqual(checkAbnPlan(planOf({ candidates: ten, floor: 9 })), []);
  });

  const names = Array.from({ length: 11 }, (_, i) => `c${i}`);
  const wrong: readonly [Partial<AbnPlan>, string][] = [
    [{ baseline: "" }, `'baseline' ("") must be the name of a Deployment`],
    [{ candidates: [] }, "'candidates' (0 names) must be 1 to 10 names"],
    [{ candidates: names }, "'candidates' (11 names) must be 1 to 10 names"],
    [{ candidates: ["v2", ""] }, `'candidates[1]' ("") must be the name of a Deployment`],
    [{ candidates: ["v1"] }, "'candidates[0]' (v1) must be another Deployment than 'baseline' (v1)"],
    [{ candidates: ["v2", "v2"] }, "'candidates[1]' (v2) must be named once only"],
    [{ reward: { metric: "", direction: "higher" } }, `'reward.metric' ("") must be the name of a metric`],
    [{ reward: { metric: "m", direction: "up" as "higher" } }, "'reward.direction' (up) must be one of higher, lower"],
    [{ alpha: 0 }, "'alpha' (0) must be more than 0 and less than 1"],
    [{ alpha: NaN }, "'alpha' (NaN) must be more than 0 and less than 1"],
    [{ split: "half" as "uniform" }, "'split' (half) must be one of thompson, topTwo, uniform"],
    [{ floor: 0 }, "'floor' (0) must be a whole percent of at least 1"],
    [{ floor: 2.5 }, "'floor' (2.5) must be a whole percent of at least 1"],
    [{ floor: 34 }, "'floor' (34) must be at most 100 / 3 versions = 33"],
  ];
  for (const [settings, message] of wrong)
    it(`refuse: ${message}`, () => {
      const messages = checkAbnPlan({ ...planOf(), ...settings });
      assert.ok(messages.includes(message), messages.join("; "));
    });

  const wrongCriteria: readonly [object, string][] = [
    [{ metric: "" }, `'criteria[0].metric' ("") must be the name of a metric`],
    [{ tolerance: Infinity }, "'criteria[0].tolerance' (Infinity) must be a finite number"],
    [{ tolerance: -1 }, "'criteria[0].tolerance' (-1) must be at least 0"],
    [{ direction: "higher" }, "'criteria[0].tolerance' (1) must be less than 1 where higher is better"],
    [{ toleranceType: "threshold" }, "'criteria[0].floor' (0.003) must be given with a delta only"],
    [{ floor: 1 }, "'criteria[0].floor' (1) must be more than 0 and less than 1"],
  ];
  for (const [part, message] of wrongCriteria)
    it(`refuse: ${message}`, () =>
      assert.deepEqual(checkAbnPlan(planOf({ criteria: [{ ...errorsCriterion, ...part }] })), [message]));
});
