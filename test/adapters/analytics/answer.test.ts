import assert from "node:assert/strict";
import { readAnswer } from "../../../adapters/analytics/answer";
import { ERRORS, LATENCY } from "./questions";

/** No more than is needed. */
const BARE = {
  assessment: { summary: { all_success_criteria_met: true, abort_experiment: false } },
  baseline: { traffic_percentage: 60 },
  candidate: { traffic_percentage: 40 },
};
const JUDGED = { kind: "judged", allMet: true, abort: false, candidateWeight: 40, conclusions: [] };

function read(body: unknown) {
  return readAnswer(typeof body === "string" ? body : JSON.stringify(body), [LATENCY, ERRORS], "The service");
}

describe("the answer of an analytics service", () => {
  it("may be bare", () => {
    assert.deepEqual(read(BARE), JUDGED);
  });

  const statistics = (sample_size: number, value: number | null) => ({ sample_size, value, mean: null });
  const FULL = {
    ...BARE,
    metric_backend_url: null,
    assessment: {
      summary: { ...BARE.assessment.summary, conclusions: ["All success criteria were  met"] },
      success_criteria: [
        { metric_name: "latency", conclusions: ["fine. "], success_criterion_met: true, abort_experiment: false },
        { metric_name: "errors", conclusions: [], success_criterion_met: false, abort_experiment: true },
      ],
    },
    baseline: {
      traffic_percentage: 60,
      metrics: [
        { metric_name: "latency", statistics: statistics(90, 210.5) },
        { metric_name: "errors", statistics: statistics(90, null) },
      ],
    },
    candidate: {
      traffic_percentage: 40,
      metrics: [
        { metric_name: "latency", statistics: statistics(40, 200) },
        { metric_name: "other", statistics: statistics(40, 7) },
      ],
    },
    _last_state: { candidate: [[1, null]], deep: { x: null } },
  };
  it("may be complete", () => {
    assert.deepEqual(read(FULL), {
      ...JUDGED,
      conclusions: ["All success criteria were  met"],
      criteria: [
        {
          met: true,
          abort: false,
          conclusions: ["fine. "],
          unit: "ms",
          baseline: { value: 210.5, sampleSize: 90 },
          candidate: { value: 200, sampleSize: 40 },
        },
        {
          met: false,
          abort: true,
          conclusions: [],
          unit: "",
          baseline: { value: null, sampleSize: 90 },
          candidate: { value: null, sampleSize: 0 },
        },
      ],
      lastState: { candidate: [[1, null]], deep: { x: null } },
    });
  });
  it("gives the state back as it came, whatever is in it", () => {
    const text = '{"__proto__":{"a":null},"b":[{"c":1e-7}],"toString":null}';
    const body = JSON.stringify({ ...BARE, _last_state: 0 }).replace('"_last_state":0', `"_last_state":${text}`);
    const seen = read(body);
    assert.equal(seen.kind === "judged" && JSON.stringify(seen.lastState), text);
  });
  it("may have no state", () => {
    assert.deepEqual(read({ ...BARE, _last_state: null }), JUDGED);
  });

  const [latency, errors] = FULL.assessment.success_criteria;
  const useless: readonly (readonly [string, unknown])[] = [
    ["of other metrics", [errors, latency]],
    ["of a part of them", [latency]],
    ["that cannot be read", [{ ...latency, success_criterion_met: "yes" }, errors]],
    ["that are none", "all of them"],
  ];
  for (const [name, success_criteria] of useless) {
    it(`is used without criteria ${name}`, () => {
      const { summary } = BARE.assessment;
      assert.deepEqual(read({ ...BARE, assessment: { summary, success_criteria } }), JUDGED);
    });
  }
  it("is kept short, and off the terminal's controls", () => {
    const texts = ["\u001b[31mred\n", "x".repeat(5000), ...Array.from({ length: 100 }, () => "again")];
    const summary = { ...BARE.assessment.summary, conclusions: texts };
    const seen = read({ ...BARE, assessment: { summary } });
    assert.equal(seen.kind, "judged");
    assert.deepEqual(
      [seen.conclusions[0], seen.conclusions[1]?.length, seen.conclusions.length],
      [" [31mred ", 500, 20],
    );
  });

  const summary = BARE.assessment.summary;
  const malformed: readonly (readonly [string, unknown, RegExp])[] = [
    ["a web page", "<html>\n <title>Log in</title>", /else than JSON: <html> <title>Log in<\/title>\.$/],
    ["nothing", "", /\(nothing\)/],
    ["null", "null", /cannot be used: its body/],
    ["no assessment", { candidate: BARE.candidate }, /'assessment'/],
    ["no word on the criteria", { ...BARE, assessment: { summary: {} } }, /'assessment.summary.all_success/],
    [
      "a word that is none",
      { ...BARE, assessment: { summary: { ...summary, abort_experiment: "no" } } },
      /abort_experiment/,
    ],
    ["no share", { ...BARE, candidate: {} }, /'candidate.traffic_percentage'/],
    ["a share that is no number", { ...BARE, candidate: { traffic_percentage: "40" } }, /traffic_percentage/],
    ["a state that is a list", { ...BARE, _last_state: [1] }, /'_last_state': must be an object/],
    ["a state that is a text", { ...BARE, _last_state: "{}" }, /'_last_state': must be an object/],
    ["a state too large to keep", { ...BARE, _last_state: { a: "é".repeat(33_000) } }, /more than 65536 bytes/],
  ];
  for (const [name, body, detail] of malformed) {
    it(`${name}: malformed`, () => {
      const seen = read(body);
      assert.ok(seen.kind === "unavailable" && seen.fault === "malformed", seen.kind);
      assert.match(seen.detail, /^The service .*\.$/);
      assert.match(seen.detail, detail);
    });
  }
  it("a state as large as can be kept: judged", () => {
    const _last_state = { a: "x".repeat(64 * 1024 - 8) };
    assert.equal(read({ ...BARE, _last_state }).kind, "judged");
  });
});
