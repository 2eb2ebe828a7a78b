import assert from "node:assert/strict";
import type { DestinationRule, VirtualService } from "../../../../adapters/istio/rules";
import { Routes } from "../../../../bench/scale/exporter/routes";
import type { Shares } from "../../../../bench/scale/exporter/traffic";

const metadata = { name: "web.a.iter8-experiment", namespace: "a" };

function virtualService(weights: Readonly<Record<string, number>>): VirtualService {
  const route = Object.entries(weights).map(([subset, weight]) => ({ destination: { host: "web", subset }, weight }));
  return { metadata, spec: { hosts: ["web"], http: [{ route }] } };
}

function destinationRule(versions: Readonly<Record<string, string>>): DestinationRule {
  const subsets = Object.entries(versions).map(([name, version]) => ({ name, labels: { app: "web", version } }));
  return { metadata, spec: { host: "web", subsets } };
}

describe("the bench's view of the routes", () => {
  let said: [string, Shares][];
  let routes: Routes;
  beforeEach(() => {
    said = [];
    routes = new Routes((key, shares) => said.push([key, shares]));
  });

  it("gives the weights by workload, whichever rule comes first", () => {
    routes.virtualService(virtualService({ baseline: 90, candidate: 10 }));
    assert.deepEqual(said, []);
    routes.destinationRule(destinationRule({ baseline: "v1", candidate: "v2" }));
    assert.deepEqual(said, [["a/web", { "web-v1": 90, "web-v2": 10 }]]);
  });
  it("says nothing while a subset is unknown, and nothing twice", () => {
    routes.destinationRule(destinationRule({ baseline: "v1", candidate: "v2" }));
    routes.virtualService(virtualService({ baseline: 0, candidate: 100 }));
    routes.virtualService(virtualService({ stable: 100 }));
    routes.destinationRule(destinationRule({ stable: "v2" }));
    assert.deepEqual(said, [["a/web", { "web-v2": 100 }]]);
  });
});
