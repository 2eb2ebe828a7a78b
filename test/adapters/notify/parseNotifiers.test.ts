import assert from "node:assert/strict";
import { inspect } from "node:util";
import { parseNotifiers } from "../../../adapters/notify";
import { SECRET } from "./fixtures";

const URL_LINE = `url: https://user:${SECRET}@hooks.example:8443/${SECRET}?token=${SECRET}`;

function read(...lines: readonly string[]) {
  return parseNotifiers({ ops: lines.join("\n") });
}

describe("channels of the ConfigMap", () => {
  it("has none without a ConfigMap, and none in an empty one", () => {
    assert.deepEqual(parseNotifiers(undefined), { channels: [], faults: [] });
    assert.deepEqual(parseNotifiers({}), { channels: [], faults: [] });
  });

  it("reads Iter8's form, with Iter8's defaults", () => {
    const { channels, faults } = read("notifier: slack", "url: https://hooks.slack.com/services/T/B/x", "actions: [a]");
    assert.deepEqual(faults, []);
    const [only] = channels;
    const { endpoint, ...shown } = only ?? assert.fail();
    assert.deepEqual(shown, { name: "ops", notifier: "slack", level: "normal", namespace: undefined, labels: {} });
    assert.deepEqual(endpoint.reveal(), { url: "https://hooks.slack.com/services/T/B/x", headers: {} });
  });

  it("reads every field; a label's value is the text as it is written", () => {
    const { channels, faults } = read(
      "notifier: webhook",
      "url: http://127.0.0.1:8080/x",
      "level: verbose",
      "namespace: shop",
      'labels: {team: books, tier: 1.0, gold: true, empty: ""}',
      "headers: {Authorization: Bearer abc}",
    );
    assert.deepEqual(faults, []);
    const [only] = channels;
    assert.equal(only?.level, "verbose");
    assert.equal(only.namespace, "shop");
    assert.deepEqual(only.labels, { team: "books", tier: "1.0", gold: "true", empty: "" });
    assert.deepEqual(only.endpoint.reveal().headers, { Authorization: "Bearer abc" });
  });

  it("takes an empty field as one that is not there", () => {
    const { channels, faults } = read("notifier: slack", URL_LINE, "level:", 'namespace: ""', "labels: ~", "headers:");
    assert.deepEqual(faults, []);
    assert.equal(channels[0]?.level, "normal");
    assert.equal(channels[0].namespace, undefined);
  });

  it("keeps the other channels when one is broken, in the ConfigMap's order", () => {
    const good = `notifier: slack\n${URL_LINE}`;
    const { channels, faults } = parseNotifiers({ b: good, broken: "notifier: pigeon", a: good });
    assert.deepEqual(
      channels.map(({ name }) => name),
      ["b", "a"],
    );
    assert.deepEqual(faults, [
      "notification channel 'broken': 'notifier' (pigeon) must be slack or webhook",
      "notification channel 'broken': 'url' is missing; it must be one text that begins with http:// or https://",
    ]);
  });

  const slack = ["notifier: slack", URL_LINE];
  const webhook = ["notifier: webhook", URL_LINE];
  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    ["no notifier", [URL_LINE], "'notifier' is missing; it must be slack or webhook"],
    [
      "another scheme",
      ["notifier: slack", `url: ftp://h/${SECRET}`],
      "'url' (secret, not shown) must be one text that begins with http:// or https://",
    ],
    [
      "a URL that is a list",
      ["notifier: slack", `url: [https://h/${SECRET}]`],
      "'url' (secret, not shown) must be one text that begins with http:// or https://",
    ],
    ["an unknown level", [...slack, "level: loud"], "'level' (loud) must be error, warning, normal or verbose"],
    ["a URL for a level", [...slack, `level: https://h/${SECRET}`], "'level' (not shown, because it looks like a URL)"],
    ["no namespace's name", [...slack, "namespace: A_b"], "'namespace' (A_b) must be the name of a namespace"],
    ["labels as a list", [...slack, "labels: [team]"], "'labels' (a list) must be a map from label to value"],
    ["a label that is a map", [...slack, "labels: {team: {a: b}}"], "'labels.team' must be a text"],
    ["an unknown field", [...slack, "lables: {team: books}"], "there is no field 'lables'; there are: notifier, url,"],
    ["headers for Slack", [...slack, "headers: {a: b}"], "'headers' cannot be used with 'notifier' (slack), only with"],
    [
      "headers as a text",
      [...webhook, `headers: ${SECRET}`],
      "'headers' (secret, not shown) must be a map from header",
    ],
    ["a header as a map", [...webhook, `headers: {a: {b: ${SECRET}}}`], "'headers' must have one text for each header"],
    ["no header's name", [...webhook, `headers: {"${SECRET} a": b}`], "'headers' (secret, not shown) has a name that"],
    ["no header's value", [...webhook, `headers: {a: "${SECRET}\\nb"}`], "'headers.a' (secret, not shown) has a value"],
    ["Serin's own header", [...webhook, "headers: {Idempotency-Key: b}"], "'headers.Idempotency-Key' cannot be set"],
    ["the connection's header", [...webhook, "headers: {Host: b}"], "'headers.Host' cannot be set"],
    ["a text", [`https://h/${SECRET}`], "must be a map with the fields notifier, url,"],
    ["nothing", [""], "must be a map with the fields notifier, url,"],
    ["no YAML", ["- a", `https://h/${SECRET}: b: c`], "is not YAML (line 2, column 1)"],
    ["an alias of nothing", [`notifier: *${SECRET}`], "is not YAML"],
  ];
  for (const [what, lines, expected] of mistakes) {
    it(`refuses ${what}`, () => {
      const { channels, faults } = read(...lines);
      assert.deepEqual(channels, []);
      assert.equal(faults.length, 1);
      assert.ok(faults[0]?.startsWith(`notification channel 'ops': ${expected}`), faults[0]);
      assert.ok(!faults.join().includes(SECRET), faults[0]);
    });
  }

  it("shows no more of a URL than its host, however a channel is printed", () => {
    const { channels } = read("notifier: webhook", URL_LINE, `headers: {Authorization: ${SECRET}}`);
    const [only] = channels;
    for (const shown of [
      JSON.stringify(channels),
      inspect(only, { depth: 9, showHidden: true }),
      `${only?.endpoint}`,
    ]) {
      assert.ok(shown.includes("hooks.example:8443"), shown);
      assert.ok(!shown.includes(SECRET), shown);
    }
    assert.ok(only?.endpoint.reveal().url.includes(SECRET));
  });
});
