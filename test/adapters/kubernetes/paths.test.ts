import { strictEqual } from "node:assert/strict";
import {
  DEPLOYMENTS,
  EXPERIMENTS,
  NAMESPACES,
  objectPath,
  SERVICES,
  type Collection,
} from "../../../adapters/kubernetes/paths";

describe("objectPath", () => {
  const cases: [collection: Collection, namespace: string | undefined, name: string | undefined, path: string][] = [
    [SERVICES, "a", "b", "/api/v1/namespaces/a/services/b"],
    [SERVICES, "a", undefined, "/api/v1/namespaces/a/services"],
    [NAMESPACES, undefined, "a", "/api/v1/namespaces/a"],
    [DEPLOYMENTS, undefined, undefined, "/apis/apps/v1/deployments"],
    [EXPERIMENTS, "a", "b", "/apis/iter8.tools/v1alpha1/namespaces/a/experiments/b"],
    [SERVICES, "../x", "a/b?c", "/api/v1/namespaces/..%2Fx/services/a%2Fb%3Fc"],
  ];
  for (const [collection, namespace, name, path] of cases) {
    it(path, () => strictEqual(objectPath(collection, namespace, name), path));
  }
});
