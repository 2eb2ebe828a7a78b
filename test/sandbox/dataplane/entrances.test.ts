import assert from "node:assert/strict";

import { clientEntrance } from "../../../sandbox/dataplane/entrances";

describe("the client's entrance", () => {
  it("is at the Service's own port, but for port 80, which another one stands for", () => {
    const at = (port: number): string => clientEntrance("127.255.1.1", 15081, port);
    assert.deepEqual([80, 9080].map(at), ["http://127.255.1.1:15081", "http://127.255.1.1:9080"]);
  });
});
