import assert from "node:assert/strict";
import { severityOf, wants } from "../../../adapters/notify";
import type { Reason } from "../../../engine";
import { channel, experiment } from "./fixtures";

const SEVERITIES: readonly (readonly [number, readonly Reason[]])[] = [
  [5, ["ExperimentSucceeded", "ExperimentFailed"]],
  [
    4,
    [
      "TargetsNotFound",
      "SyncMetricsError",
      "RoutingRulesError",
      "AnalyticsServiceError",
      "Pause",
      "UnsupportedAPIVersion",
    ],
  ],
  [3, ["IterationFailed"]],
  [2, ["IterationSucceeded"]],
  [1, ["TargetsFound", "AnalyticsServiceRunning", "IterationUpdate", "SyncMetricsSucceeded", "RoutingRulesReady"]],
  [0, ["Resume"]],
];

const about = (reason: Reason) => ({ reason, message: "" });

describe("who is told what", () => {
  for (const [severity, reasons] of SEVERITIES) {
    for (const reason of reasons) {
      it(`${reason} has severity ${severity}`, () => assert.equal(severityOf(reason), severity));
    }
  }

  for (const [level, least] of [
    ["error", 4],
    ["warning", 3],
    ["normal", 2],
    ["verbose", 1],
  ] as const) {
    it(`level ${level} hears of severity ${least} and more`, () => {
      const listener = channel("ops", `level: ${level}`);
      for (const [severity, reasons] of SEVERITIES) {
        for (const reason of reasons) {
          assert.equal(wants(listener, experiment(), about(reason)), severity >= least, reason);
        }
      }
    });
  }

  const filters: readonly (readonly [string, boolean])[] = [
    ["namespace: shop", true],
    ["namespace: shop2", false],
    ["namespace: sho", false],
    ["labels: {team: books}", true],
    ["labels: {team: books, tier: 1.0}", true],
    ["labels: {team: books, tier: 1}", false],
    ["labels: {team: toys}", false],
    ["labels: {team: books, owner: me}", false],
    ['labels: {owner: ""}', false],
    ["labels: {constructor: x}", false],
    ["labels: {}", true],
  ];
  for (const [filter, wanted] of filters) {
    it(`${filter}: ${wanted ? "told" : "not told"}`, () => {
      assert.equal(wants(channel("ops", filter), experiment(), about("ExperimentFailed")), wanted);
    });
  }

  it("needs both namespace and labels to match", () => {
    const listener = channel("ops", "namespace: shop", "labels: {team: books}");
    const told = (namespace: string, team: string) =>
      wants(listener, experiment({ metadata: { namespace, labels: { team } } }), about("ExperimentFailed"));
    assert.deepEqual([told("shop", "books"), told("shop", "x"), told("x", "books")], [true, false, false]);
  });

  it("does not match an experiment without labels", () => {
    const bare = experiment({ metadata: { labels: undefined } });
    assert.equal(wants(channel("ops", "labels: {team: books}"), bare, about("ExperimentFailed")), false);
    assert.equal(wants(channel("ops"), bare, about("ExperimentFailed")), true);
  });
});
