import { deepStrictEqual as equal } from "node:assert/strict";
import fc from "fast-check";
import type { z } from "zod";
import * as rules from "../../../components/common/rules";

/** A rule, what it takes, and what it refuses. */
const table: readonly [string, z.ZodType, readonly unknown[], readonly unknown[]][] = [
  ["text", rules.text, ["a", " "], ["", 1, null]],
  [
    "dnsLabel",
    rules.dnsLabel,
    ["a", "a-1", "0", "a".repeat(63)],
    ["", "A", "-a", "a-", "a.b", "a_b", "a".repeat(64), 1],
  ],
  [
    "httpUrl",
    rules.httpUrl,
    ["http://a", "https://a.example:9090/b?c=d", "http://[::1]:80"],
    ["", "a", "a:9090", "ftp://a", "file:///a", "//a", 1],
  ],
  [
    "semanticVersion",
    rules.semanticVersion,
    ["1.27.1", "v1.0.0", "1.0.0-rc.1", "1.0.0+build.5", "1.0.0-a+b"],
    ["1", "1.27", "latest", "1.27.1 ", "w1.0.0", "1.0.0-", 1],
  ],
  [
    "prometheusDuration",
    rules.prometheusDuration,
    ["15d", "1h30m", "500ms", "1y2w3d4h5m6s7ms", "0s"],
    ["", "15", "1.5h", "1m1h", "1h1h", "d", "15 d", "-1s", 15],
  ],
  [
    "quantity",
    rules.quantity,
    ["1", "0.5", "500m", "2Gi", "512Mi", "1k", 1, 0.5],
    ["", "1GB", "1g", "Mi", "-1", "1 Gi", 0, -1, null],
  ],
  ["wholeNumber(1, 5)", rules.wholeNumber(1, 5), [1, 5], [0, 6, 1.5, "1", NaN, Infinity, null]],
  ["wholeNumber(2)", rules.wholeNumber(2), [2, 1e9], [1, 2.5, Infinity]],
  [
    "image",
    rules.image,
    [
      "serin",
      "serin:0.1.0",
      "registry.example:5000/team/serin:0.1.0",
      `serin@sha256:${"a".repeat(64)}`,
      `serin:0.1.0@sha256:${"0".repeat(64)}`,
    ],
    ["", "serin 0.1.0", ":0.1.0", "-serin", "serin@sha256:abc", "serin;rm", 1],
  ],
];

describe("the rules for arguments", () => {
  for (const [name, rule, allowed, refused] of table) {
    it(`${name}: takes what is allowed, and says what that is`, () => {
      for (const value of allowed) equal(rule.safeParse(value).success, true, String(value));
      for (const value of refused) {
        const { success, error } = rule.safeParse(value);
        equal(success, false, String(value));
        for (const { message } of error?.issues ?? []) equal(/^must (be|not be) /.test(message), true, message);
      }
    });
  }

  it("wholeNumber: takes the numbers of the range, and no others", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -100, max: 100 }), fc.nat(200), (value, least, size) => {
        const most = least + size;
        equal(rules.wholeNumber(least, most).safeParse(value).success, value >= least && value <= most);
      }),
      { numRuns: 200 },
    );
  });

  it("prometheusDuration: takes units from the largest to the smallest, each once", () => {
    const units = ["y", "w", "d", "h", "m", "s", "ms"];
    fc.assert(
      fc.property(fc.shuffledSubarray(units, { minLength: 1 }), (some) => {
        const isSorted = some.every((unit, i) => i === 0 || units.indexOf(unit) > units.indexOf(some[i - 1] as string));
        equal(rules.prometheusDuration.safeParse(some.map((unit) => `2${unit}`).join("")).success, isSorted);
      }),
      { numRuns: 200 },
    );
  });
});
