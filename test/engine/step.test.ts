import assert from "node:assert/strict";
import { assessmentDueAt, initialState, needsObservation, step, type ReleaseState, type Targets } from "../../engine";
import { due, INTERVAL_MS, iterating, plan, READY, UNREACHABLE, values } from "./builders";

/** The members of a state that a test speaks of, and the reasons of what is to be told. */
function outcome({ state, occurrences }: ReturnType<typeof step>) {
  const { stage, iteration, weight, verdict } = state;
  return { stage, iteration, weight, verdict, told: occurrences.map((o) => o.reason) };
}

describe("step: waiting", () => {
  const lacking: readonly (readonly [string, Partial<Targets>])[] = [
    ["Missing Service", { service: "missing", baseline: "missing", candidate: "missing" }],
    ["Missing Baseline", { baseline: "missing", candidate: "missing" }],
    ["Missing Candidate", { candidate: "missing" }],
    ["Deployment reviews-v1 is not Ready", { baseline: "down", candidate: "down" }],
    ["Deployment reviews-v2 is not Ready", { candidate: "down" }],
    ["Deployment reviews-v2 is not Ready", { candidate: "partial" }],
  ];
  for (const [message, targets] of lacking) {
    it(`waits: ${message} (candidate ${targets.candidate ?? "ready"})`, () => {
      const input = { now: 1000, targets: { ...READY, ...targets } };
      const first = step(plan(), initialState(0), input);
      assert.deepEqual([first.state.stage, first.state.weight, first.state.reason], ["waiting", 0, message]);
      assert.deepEqual(first.occurrences, [{ reason: "TargetsNotFound", message }]);
      const second = step(plan(), first.state, { ...input, now: 2000 });
      assert.deepEqual(second, { state: first.state, occurrences: [] }, "told once");
    });
  }

  it("starts with all targets Ready", () => {
    const { state, occurrences } = step(plan(), initialState(0), { now: 5000, targets: READY });
    assert.deepEqual(
      [state.stage, state.iteration, state.weight, state.startedAt, state.iterationStartedAt],
      ["iterating", 1, 20, 5000, 5000],
    );
    assert.deepEqual(occurrences, [
      { reason: "TargetsFound", message: "" },
      { reason: "IterationUpdate", message: "Iteration 1 Started" },
    ]);
  });

  const late = { now: 120_000 };
  it("gives up on a candidate that does not become Ready", () => {
    const targets: Targets = { ...READY, candidate: "down" };
    const { state } = step(plan(), initialState(0), { ...late, targets });
    assert.deepEqual([state.verdict, state.weight, state.stage], ["rolledBack", 0, "ending"]);
    assert.equal(state.reason, "Deployment reviews-v2 is not Ready after 2m; it never got a request.");
  });
  it("gives up on a baseline that does not become Ready", () => {
    const targets: Targets = { ...READY, baseline: "down", candidate: "down" };
    const { state } = step(plan(), initialState(0), { ...late, targets });
    assert.deepEqual([state.verdict, state.weight], ["aborted", 0]);
  });
  it("does not give up a moment before", () => {
    const targets: Targets = { ...READY, candidate: "down" };
    const { state } = step(plan(), initialState(0), { now: 119_999, targets });
    assert.equal(state.stage, "waiting");
  });
  it("starts rather than gives up when all is Ready at last", () => {
    assert.equal(step(plan(), initialState(0), { ...late, targets: READY }).state.stage, "iterating");
  });
});

describe("step: iterating", () => {
  it("does nothing before the assessment is due", () => {
    const state = iterating();
    assert.equal(assessmentDueAt(plan(), state), INTERVAL_MS);
    assert.equal(needsObservation(plan(), state, INTERVAL_MS - 1), false);
    assert.deepEqual(step(plan(), state, due({ now: INTERVAL_MS - 1 })), { state, occurrences: [] });
  });
  it("does nothing without an observation", () => {
    const state = iterating();
    assert.equal(needsObservation(plan(), state, INTERVAL_MS), true);
    assert.deepEqual(step(plan(), state, due({ observation: undefined })), { state, occurrences: [] });
  });
  it("advances when the criteria are met", () => {
    const { state, occurrences } = step(plan(), iterating(), due());
    assert.deepEqual([state.iteration, state.weight, state.iterationStartedAt], [2, 40, INTERVAL_MS]);
    assert.deepEqual(occurrences, [
      { reason: "IterationSucceeded", message: "New Traffic, baseline: 60, candidate: 40" },
      { reason: "IterationUpdate", message: "Iteration 2 Started" },
    ]);
  });
  it("holds when a criterion is not met", () => {
    const { state, occurrences } = step(plan(), iterating(), due({ observation: values({ candidate: 500 }) }));
    assert.deepEqual([state.iteration, state.weight], [2, 20]);
    assert.match(state.reason, /^Held at 20 %: latency of the candidate is 500 ms, over the limit of 200 ms/);
    assert.deepEqual(
      occurrences.map((o) => o.reason),
      ["IterationFailed", "IterationUpdate"],
    );
  });
  it("holds when nothing is new", () => {
    const first = step(plan(), iterating(), due()).state;
    const { state } = step(plan(), first, due({ now: 2 * INTERVAL_MS }));
    assert.deepEqual([state.iteration, state.weight], [3, 40]);
  });

  const last = iterating({ iteration: 4, weight: 50 });
  it("promotes at the end of the plan", () => {
    const result = step(plan(), last, due());
    assert.deepEqual(outcome(result), {
      stage: "ending",
      iteration: 4,
      weight: 100,
      verdict: "promoted",
      told: ["ExperimentSucceeded"],
    });
    assert.equal(result.state.decidedAt, INTERVAL_MS);
    assert.equal(result.occurrences[0]?.message, "All Success Criteria Were Met");
  });
  for (const [onSuccess, weight] of [
    ["candidate", 100],
    ["baseline", 0],
    ["both", 50],
  ] as const) {
    it(`success with onSuccess ${onSuccess} leaves ${weight} % to the candidate`, () => {
      assert.equal(step(plan({ traffic: { onSuccess } }), last, due()).state.weight, weight);
    });
  }
  it("rolls back at the end of the plan when a criterion failed", () => {
    const { state, occurrences } = step(plan(), last, due({ observation: values({ candidate: 500 }) }));
    assert.deepEqual([state.verdict, state.weight], ["rolledBack", 0]);
    assert.match(occurrences[0]?.message ?? "", /^Not All Success Criteria Were Met: latency/);
  });
  for (const [name, observation] of [
    ["too few samples", values({ candidate: 500, candidateSamples: 1 })],
    ["no value", values({ candidate: null })],
  ] as const) {
    it(`is inconclusive at the end of the plan with ${name}`, () => {
      const { state } = step(plan(), last, due({ observation }));
      assert.deepEqual([state.verdict, state.weight], ["inconclusive", 0]);
    });
  }
  it("rolls back at once when a criterion demands it", () => {
    const strict = plan({ criteria: [{ ...plan().criteria[0], stopOnFailure: true } as never] });
    const { state, occurrences } = step(strict, iterating(), due({ observation: values({ candidate: 500 }) }));
    assert.deepEqual([state.verdict, state.weight, state.iteration], ["rolledBack", 0, 1]);
    assert.match(occurrences[0]?.message ?? "", /^Aborted: latency/);
  });
  it("is inconclusive without criteria", () => {
    const observation = { kind: "values", metrics: [] } as const;
    const { state } = step(plan({ criteria: [] }), last, due({ observation }));
    assert.deepEqual([state.verdict, state.reason], ["inconclusive", "There are no success criteria."]);
  });

  const gone: readonly (readonly [string, Partial<Targets>, ReleaseState["verdict"], number])[] = [
    ["the Service is deleted", { service: "missing" }, "aborted", 0],
    ["the candidate is deleted", { candidate: "missing" }, "aborted", 0],
    ["the candidate loses its last Ready pod", { candidate: "down" }, "rolledBack", 0],
    ["the baseline is deleted", { baseline: "missing" }, "promoted", 100],
    ["both are deleted", { baseline: "missing", candidate: "missing" }, "aborted", 0],
  ];
  for (const [name, targets, verdict, weight] of gone) {
    it(`ends ${verdict} at ${weight} % when ${name}, due or not`, () => {
      const { state } = step(plan(), iterating(), { now: 1, targets: { ...READY, ...targets } });
      assert.deepEqual([state.stage, state.verdict, state.weight], ["ending", verdict, weight]);
    });
  }
  it("keeps on when only a part of the candidate's pods is Ready", () => {
    const { state } = step(plan(), iterating(), due({ targets: { ...READY, candidate: "partial" } }));
    assert.deepEqual([state.iteration, state.weight], [2, 40]);
  });
  it("keeps on when the baseline has no Ready pod: the candidate has", () => {
    const { state } = step(plan(), iterating(), due({ targets: { ...READY, baseline: "down" } }));
    assert.deepEqual([state.iteration, state.weight], [2, 40]);
  });
});

describe("step: no usable metrics", () => {
  const stalled = step(plan(), iterating(), due({ observation: UNREACHABLE }));

  it("holds weight and iteration, and says so once", () => {
    assert.deepEqual([stalled.state.iteration, stalled.state.weight], [1, 20]);
    assert.equal(stalled.state.stalledSince, INTERVAL_MS);
    assert.equal(stalled.state.reason, "Held at 20 %: Nobody answers.");
    assert.deepEqual(stalled.occurrences, [{ reason: "AnalyticsServiceError", message: "Nobody answers." }]);
    const again = step(plan(), stalled.state, due({ now: INTERVAL_MS + 1, observation: UNREACHABLE }));
    assert.deepEqual([again.state.stalledSince, again.occurrences], [INTERVAL_MS, []]);
  });
  it("goes on when they are back", () => {
    const { state, occurrences } = step(plan(), stalled.state, due({ now: 20_000 }));
    assert.deepEqual([state.iteration, state.weight, state.stalledSince], [2, 40, undefined]);
    assert.equal(occurrences[0]?.reason, "AnalyticsServiceRunning");
  });
  it("ends as inconclusive when patience runs out, not before", () => {
    const at = (now: number) => step(plan(), stalled.state, due({ now, observation: UNREACHABLE })).state;
    assert.equal(at(INTERVAL_MS + 59_999).stage, "iterating");
    const { verdict, weight, reason } = at(INTERVAL_MS + 60_000);
    assert.deepEqual([verdict, weight, reason], ["inconclusive", 0, "No usable metrics for 1m: Nobody answers."]);
  });
  it("does not count the time of a pause as patience", () => {
    const paused = step(plan(), stalled.state, due({ action: "pause" })).state;
    const hour = 3_600_000;
    const resumed = step(plan(), paused, due({ now: hour, action: "resume", observation: UNREACHABLE })).state;
    const { state } = step(plan(), resumed, due({ now: hour + 1, observation: UNREACHABLE }));
    assert.deepEqual([state.stage, state.weight, state.stalledSince], ["iterating", 20, hour + 1]);
  });
});

describe("step: what a person asks", () => {
  for (const state of [initialState(0), iterating(), iterating({ paused: true })]) {
    const where = `${state.stage}${state.paused ? ", paused" : ""}`;
    it(`override_failure ends it (${where})`, () => {
      const { stage, verdict, weight, paused } = step(plan(), state, due({ action: "override_failure" })).state;
      assert.deepEqual([stage, verdict, weight, paused], ["ending", "aborted", 0, false]);
    });
    it(`override_success promotes (${where})`, () => {
      const { stage, verdict, weight } = step(plan(), state, due({ action: "override_success" })).state;
      assert.deepEqual([stage, verdict, weight], ["ending", "promoted", 100]);
    });
  }
  it("override_success does not promote a candidate that cannot answer", () => {
    const targets: Targets = { ...READY, candidate: "down" };
    const input = due({ action: "override_success", targets });
    assert.equal(step(plan(), initialState(0), input).state.stage, "waiting");
    assert.equal(step(plan(), iterating(), input).state.verdict, "rolledBack");
  });
  it("override_success promotes a candidate that can answer in part", () => {
    const targets: Targets = { ...READY, candidate: "partial" };
    assert.equal(step(plan(), iterating(), due({ action: "override_success", targets })).state.verdict, "promoted");
  });
  it("pause holds everything until resume", () => {
    const { state, occurrences } = step(plan(), iterating(), due({ action: "pause" }));
    assert.deepEqual([state.paused, state.weight, state.iteration], [true, 20, 1]);
    assert.deepEqual(occurrences, [{ reason: "Pause", message: "" }]);
    assert.equal(assessmentDueAt(plan(), state), undefined);
    assert.deepEqual(step(plan(), state, due({ action: "pause" })).occurrences, [], "told once");
    assert.deepEqual(step(plan(), state, due()), { state, occurrences: [] });
    const resumed = step(plan(), state, due({ action: "resume" }));
    assert.deepEqual([resumed.state.paused, resumed.occurrences], [false, [{ reason: "Resume", message: "" }]]);
    assert.deepEqual([step(plan(), resumed.state, due()).state.weight], [40]);
  });
  it("pause holds a release that has not begun", () => {
    const { state } = step(plan(), initialState(0), due({ action: "pause" }));
    assert.deepEqual([state.stage, state.paused], ["waiting", true]);
    assert.equal(step(plan(), state, due()).state.stage, "waiting");
  });
  it("a deleted candidate ends even a paused release", () => {
    const { state } = step(plan(), iterating({ paused: true }), due({ targets: { ...READY, candidate: "missing" } }));
    assert.equal(state.verdict, "aborted");
  });
  it("resume without a pause is nothing", () => {
    assert.deepEqual(step(plan(), iterating(), due({ action: "resume" })), step(plan(), iterating(), due()));
  });
});
