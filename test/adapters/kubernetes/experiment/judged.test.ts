import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import fc from "fast-check";
import { analyticsServiceOf } from "../../../../adapters/kubernetes/experiment/analyticsService";
import { planOf, stateOf } from "../../../../adapters/kubernetes/experiment/read";
import {
  API_VERSION,
  KIND,
  type CriterionSpec,
  type ExperimentResource,
  type ExperimentSpec,
} from "../../../../adapters/kubernetes/experiment/resource";
import { statusOf } from "../../../../adapters/kubernetes/experiment/write";
import { finish, step, type Judgement, type LastState, type ReleaseState } from "../../../../engine";
import { due, iterating } from "../../../engine/builders";

const SERVICE = "http://analytics.example:8080";
const CRITERION: CriterionSpec = { metricName: "latency", toleranceType: "threshold", tolerance: 200 };

function experiment(changes: Partial<ExperimentSpec> = {}): ExperimentResource {
  const analysis = { analyticsService: SERVICE, successCriteria: [CRITERION] };
  const spec = { targetService: { name: "s", baseline: "v1", candidate: "v2" }, analysis, ...changes };
  return { apiVersion: API_VERSION, kind: KIND, metadata: { name: "x", namespace: "n" }, spec };
}

const PLAN = planOf(experiment());

/** The state as the next driver finds it. */
function throughRecord(state: ReleaseState, of = experiment()): ReleaseState {
  const object = { ...of, status: statusOf(PLAN, state, []) };
  return stateOf(JSON.parse(JSON.stringify(object)) as ExperimentResource, PLAN, 0);
}

function after(changes: Partial<Judgement>): ReleaseState {
  const judgement = { allMet: true, abort: false, candidateWeight: 40, conclusions: ["Fine. ", "More"], ...changes };
  return step(PLAN, iterating(), due({ now: 60_000, observation: { kind: "judged", ...judgement } })).state;
}

const TOLD = {
  met: false,
  abort: false,
  conclusions: ["Too slow."],
  unit: "ms",
  baseline: { value: 180, sampleSize: 100 },
  candidate: { value: 300, sampleSize: 100 },
};

describe("the record of a judged release", () => {
  it("keeps what the service wants back as it came, for whichever driver asks next", () => {
    const dictionary = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(dictionary, (value) => {
        const lastState = JSON.parse(JSON.stringify(value)) as LastState;
        strictEqual(JSON.stringify(throughRecord(after({ lastState })).lastState), JSON.stringify(lastState));
      }),
    );
  });
  it("keeps it apart from what the engine remembers, and sends nothing of that", () => {
    const first = throughRecord(iterating());
    ok(!("lastState" in first));
    const { analysisState } = statusOf(PLAN, after({ lastState: { baseline: 1 } }), []);
    deepStrictEqual([analysisState?.iter8, analysisState?.baseline?.traffic_percentage], [{ baseline: 1 }, 60]);
  });
  it("drops it with the end of the release", () => {
    const ended = finish(after({ lastState: { a: 1 }, abort: true }), 5000);
    deepStrictEqual(statusOf(PLAN, ended, []).analysisState, {});
  });

  const told: Record<string, Partial<Judgement>> = {
    "a bare judgement": { allMet: false },
    "a judgement of each criterion": { allMet: false, criteria: [TOLD] },
    "one with too few requests": { allMet: false, criteria: [{ ...TOLD, candidate: { value: null, sampleSize: 1 } }] },
    "all met": { lastState: { n: [null] } },
  };
  for (const [name, judgement] of Object.entries(told)) {
    it(`keeps ${name}`, () => {
      const state = after(judgement);
      const read = throughRecord(state);
      deepStrictEqual(read.assessment, JSON.parse(JSON.stringify(state.assessment)));
      deepStrictEqual([read.weight, read.reason], [state.weight, state.reason]);
      deepStrictEqual(throughRecord(read), read);
    });
  }
  it("has the service's conclusions, in Iter8's form", () => {
    const { assessment } = statusOf(PLAN, after({ allMet: false, criteria: [TOLD] }), []);
    deepStrictEqual(assessment, {
      conclusions: ["Fine. ", "More"],
      all_success_criteria_met: false,
      abort_experiment: false,
      success_criteria: [
        {
          metric_name: "latency",
          conclusions: ["Too slow."],
          success_criterion_met: false,
          abort_experiment: false,
        },
      ],
    });
  });
});

describe("analyticsServiceOf", () => {
  const cases: readonly (readonly [string, Partial<ExperimentSpec>, string | undefined])[] = [
    ["the service that is named", {}, SERVICE],
    ["none where none is named", { analysis: { successCriteria: [CRITERION] } }, undefined],
    ["none for an empty name", { analysis: { analyticsService: "", successCriteria: [CRITERION] } }, undefined],
    ["none without criteria", { analysis: { analyticsService: SERVICE } }, undefined],
    ["none where nothing is checked", { trafficControl: { strategy: "increment_without_check" } }, undefined],
  ];
  for (const [name, changes, expected] of cases) {
    it(`is ${name}`, () => strictEqual(analyticsServiceOf(experiment(changes)), expected));
  }
});

describe("planOf, with an analytics service", () => {
  it("is that of Iter8's rule", () => {
    deepStrictEqual([PLAN.analysis.mode, PLAN.traffic.strategy], ["point", "check_and_increment"]);
  });

  const analysis = (criterion: Partial<CriterionSpec>, analyticsService = SERVICE) => ({
    analysis: { analyticsService, successCriteria: [CRITERION, { ...CRITERION, ...criterion }] },
  });
  const refused: Record<string, [changes: Partial<ExperimentSpec>, message: RegExp]> = {
    "the strategy guarded": [
      { trafficControl: { strategy: "guarded" } },
      /^Error: 'spec.trafficControl.strategy' \(guarded\) cannot be used with 'spec.analysis.analyticsService': it must be one of check_and_increment, /,
    ],
    "the sequential analysis": [
      { serin: { analysis: { mode: "sequential" } } },
      /^Error: 'spec.serin.analysis.mode' \(sequential\) cannot be used with 'spec.analysis.analyticsService': it must be point$/,
    ],
    "a metric of which more is better": [
      analysis({ direction: "higher" }),
      /^Error: 'spec.analysis.successCriteria\[1\].direction' \(higher\) cannot be used with 'spec.analysis.analyticsService': it must be lower$/,
    ],
    "a floor": [
      analysis({ toleranceType: "delta", floor: 0.01 }),
      /^Error: 'spec.analysis.successCriteria\[1\].floor' \(0.01\) cannot be used with 'spec.analysis.analyticsService'/,
    ],
    "what is no URL": [
      analysis({}, "analytics"),
      /^Error: 'spec.analysis.analyticsService' \(analytics\) must be a URL that begins with http:\/\/ or https:\/\/$/,
    ],
    "another protocol, without its password": [
      analysis({}, "ftp://me:s3cr3t@host"),
      /^Error: 'spec.analysis.analyticsService' \(host\) must be a URL/,
    ],
  };
  for (const [name, [changes, message]] of Object.entries(refused)) {
    it(`refuses ${name}`, () => throws(() => planOf(experiment(changes)), message));
  }
  it("takes all of it where no service is asked", () => {
    for (const [changes] of Object.values(refused)) {
      const { analysis: asked = experiment().spec.analysis } = changes;
      const spec = { ...changes, analysis: { ...asked, analyticsService: undefined } };
      planOf(experiment(spec));
    }
    planOf(
      experiment({ trafficControl: { strategy: "increment_without_check" }, ...analysis({ direction: "higher" }) }),
    );
  });
});
