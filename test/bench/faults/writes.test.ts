import assert from "node:assert/strict";
import { writeIn } from "../../../bench/faults/drivers/writes";
import type { Exchange } from "../../../bench/faults/proxies/apiProxy";

const OBJECT = { metadata: { name: "x", resourceVersion: "42" } };

function exchange(method: string, path: string, status = 200, request: object = {}): Exchange {
  const body = Buffer.from(JSON.stringify(OBJECT));
  return {
    method,
    path,
    sentAt: 0,
    request: Buffer.from(JSON.stringify(request)),
    answer: { status, headers: {}, body },
  };
}

describe("a write as a proxy of the bench sees it", () => {
  it("is a status that was replaced", () => {
    const path = "/apis/iter8.tools/v1alpha1/namespaces/shop/experiments/x/status";
    assert.deepEqual(writeIn(exchange("PUT", path)), {
      plural: "experiments",
      namespace: "shop",
      name: "x",
      revision: 42,
      identity: undefined,
    });
  });

  it("is a Lease, with who says that it holds it", () => {
    const path = "/apis/coordination.k8s.io/v1/namespaces/shop/leases";
    assert.equal(writeIn(exchange("POST", path, 201, { spec: { holderIdentity: "me" } }))?.identity, "me");
  });

  it("is not a look, a deletion, a refusal, or a namespace", () => {
    const path = "/api/v1/namespaces/shop/services/x";
    assert.equal(writeIn(exchange("GET", path)), undefined);
    assert.equal(writeIn(exchange("DELETE", path)), undefined);
    assert.equal(writeIn(exchange("PATCH", path, 409)), undefined);
    assert.equal(writeIn(exchange("POST", "/api/v1/namespaces")), undefined);
  });
});
