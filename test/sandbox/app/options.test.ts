import assert from "node:assert/strict";

import { parseAddress, parseDrain, parsePorts } from "../../../sandbox/app/options";

describe("options of the sample application", () => {
  it("are read", () => {
    assert.equal(parseAddress("127.1.0.5"), "127.1.0.5");
    assert.deepEqual(["", "80", "8080,65535"].map(parsePorts), [[], [80], [8080, 65535]]);
    assert.deepEqual(["1s", "250ms", "1m30s"].map(parseDrain), [1_000, 250, 90_000]);
  });

  for (const address of ["", "localhost", "127.1.0", "127.1.0.5:80"]) {
    it(`refuse the address "${address}"`, () => assert.throws(() => parseAddress(address), /must be an IP address/));
  }
  for (const ports of ["0", "65536", "http", "80,", "80, 81", "1e3", "8080,15020"]) {
    it(`refuse the ports "${ports}"`, () => {
      assert.throws(() => parsePorts(ports), /is no port; each must be a whole number from 1 to 65535, but for 15020/);
    });
  }
  for (const drain of ["", "1", "0s", "-1s", "soon"]) {
    it(`refuse to drain for "${drain}"`, () => assert.throws(() => parseDrain(drain), /must be a duration/));
  }
});
