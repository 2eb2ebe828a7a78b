import assert from "node:assert/strict";
import { serin } from "../cli/serin";

describe("serin analytics", () => {
  for (const [line, message] of [
    ["analytics --listen nowhere", /^error: option '--listen' \(nowhere\) must be/],
    ["analytics --lisen 1", /^error: unknown option '--lisen'/],
    ["analytics here", /too many arguments/],
  ] as const) {
    it(`exits with 2 after ${line}`, async () => {
      const { code, out, err } = await serin(line);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
    });
  }
});
