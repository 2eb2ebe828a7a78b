import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { Condition } from "../../adapters/kubernetes/experiment/resource";
import { conditionsAfter, messageOf, overcome } from "../../driver/conditions";
import type { Reason } from "../../engine";

const NOW = Date.UTC(2030, 0, 1, 12, 0, 0, 789);
const AT = "2030-01-01T12:00:00Z";

describe("conditions", () => {
  const table: readonly (readonly [reason: Reason, type: string, status: "True" | "False"])[] = [
    ["TargetsFound", "TargetsProvided", "True"],
    ["TargetsNotFound", "TargetsProvided", "False"],
    ["UnsupportedAPIVersion", "TargetsProvided", "False"],
    ["AnalyticsServiceRunning", "AnalyticsServiceNormal", "True"],
    ["AnalyticsServiceError", "AnalyticsServiceNormal", "False"],
    ["SyncMetricsSucceeded", "MetricsSynced", "True"],
    ["SyncMetricsError", "MetricsSynced", "False"],
    ["RoutingRulesReady", "RoutingRulesReady", "True"],
    ["RoutingRulesError", "RoutingRulesReady", "False"],
    ["ExperimentSucceeded", "ExperimentSucceeded", "True"],
    ["ExperimentFailed", "ExperimentSucceeded", "False"],
  ];
  for (const [reason, type, status] of table) {
    it(`of ${reason} is ${type} ${status}, as Iter8 has it`, () => {
      const conditions = conditionsAfter([], [{ reason, message: "why" }], false, NOW);
      deepStrictEqual(conditions, [
        { type, status, lastTransitionTime: AT, reason, message: "why" },
        { type: "ExperimentCompleted", status: "False", lastTransitionTime: AT },
      ]);
    });
  }

  it("of mere progress there is none", () => {
    for (const reason of ["IterationUpdate", "IterationSucceeded", "IterationFailed", "Pause", "Resume"] as const) {
      deepStrictEqual(
        conditionsAfter([], [{ reason, message: "" }], false, NOW).map(({ type }) => type),
        ["ExperimentCompleted"],
      );
    }
  });

  it("keep the time of their last change of status, whatever else changes", () => {
    const first = conditionsAfter([], [{ reason: "TargetsNotFound", message: "Missing Service" }], false, NOW);
    const second = conditionsAfter(
      first,
      [{ reason: "TargetsNotFound", message: "Missing Baseline" }],
      false,
      NOW + 5000,
    );
    strictEqual(second[0]?.lastTransitionTime, AT);
    strictEqual(second[0]?.message, "Missing Baseline");
    const third = conditionsAfter(second, [{ reason: "TargetsFound", message: "" }], true, NOW + 9000);
    deepStrictEqual(third, [
      { type: "TargetsProvided", status: "True", lastTransitionTime: "2030-01-01T12:00:09Z", reason: "TargetsFound" },
      { type: "ExperimentCompleted", status: "True", lastTransitionTime: "2030-01-01T12:00:09Z" },
    ]);
  });

  it("of others stay, and none is there twice", () => {
    const others: readonly Condition[] = [{ type: "Ready", status: "Unknown" }];
    const twice = [
      { reason: "RoutingRulesError", message: "bent" },
      { reason: "RoutingRulesReady", message: "" },
    ] as const;
    const conditions = conditionsAfter(others, twice, false, NOW);
    deepStrictEqual(
      conditions.map(({ type, status }) => `${type} ${status}`),
      ["Ready Unknown", "RoutingRulesReady True", "ExperimentCompleted False"],
    );
    deepStrictEqual(others, [{ type: "Ready", status: "Unknown" }]);
  });

  it("that no longer hold a release are told, but that of a route whose weight is still not in effect", () => {
    const conditions: readonly Condition[] = [
      { type: "MetricsSynced", status: "False" },
      { type: "RoutingRulesReady", status: "False" },
    ];
    const reasons = (held: boolean) => overcome(conditions, [], held).map(({ reason }) => reason);
    deepStrictEqual(reasons(false), ["SyncMetricsSucceeded", "RoutingRulesReady"]);
    deepStrictEqual(reasons(true), ["SyncMetricsSucceeded"]);
  });

  it("messages are Iter8's: the reason, and the text where there is one", () => {
    strictEqual(messageOf({ reason: "Pause", message: "" }), "Pause");
    strictEqual(
      messageOf({ reason: "TargetsNotFound", message: "Missing Service" }),
      "TargetsNotFound: Missing Service",
    );
    strictEqual(messageOf(undefined), undefined);
  });
});
