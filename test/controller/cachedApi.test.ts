import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { isConflict, isNotFound } from "../../adapters/kubernetes/errors";
import { ObjectCache } from "../../adapters/kubernetes/objectCache";
import { EXPERIMENTS, LEASES, SERVICES, type KubernetesObject } from "../../adapters/kubernetes/paths";
import { CachedApi } from "../../controller/cachedApi";
import { Gate, type RequestUrgency } from "../../controller/gate";
import { FakeKubernetes } from "../support/fakeKubernetes";

type Thing = KubernetesObject & { readonly spec?: { readonly n: number } };

function thing(name: string, n: number, namespace = "shop"): Thing {
  return { metadata: { name, namespace }, spec: { n } };
}

/** A cache of Experiments, and of nothing else. */
function given() {
  const cluster = new FakeKubernetes();
  const requests: string[] = [];
  const told: unknown[] = [];
  const urgencies: RequestUrgency[] = [];
  const cache = new ObjectCache<KubernetesObject>({ onChange: (now) => told.push(now) });
  class Watched extends Gate {
    override run<T>(urgency: RequestUrgency, request: () => Promise<T>): Promise<T> {
      urgencies.push(urgency);
      return super.run(urgency, request);
    }
  }
  const client = cluster.client({ before: ({ verb, kind }) => void requests.push(`${verb} ${kind}`) });
  const cacheOf = ({ plural }: { plural: string }) => (plural === "experiments" ? cache : undefined);
  return { cluster, cache, requests, told, urgencies, api: new CachedApi(client, cacheOf, new Watched(4)) };
}

describe("CachedApi", () => {
  it("reads what it has a copy of without a request", async () => {
    const { api, cache, requests, cluster } = given();
    cache.see({ ...thing("a", 1), metadata: { ...thing("a", 1).metadata, resourceVersion: "5" } });
    cache.see({ metadata: { name: "b", namespace: "bank", resourceVersion: "6" } });
    strictEqual((await api.get<Thing>(EXPERIMENTS, "shop", "a")).spec?.n, 1);
    await rejects(api.get(EXPERIMENTS, "shop", "b"), isNotFound);
    strictEqual((await api.list(EXPERIMENTS)).length, 2);
    deepStrictEqual(
      (await api.list(EXPERIMENTS, "bank")).map(({ metadata }) => metadata.name),
      ["b"],
    );
    deepStrictEqual(requests, []);
    cluster.put(SERVICES, thing("s", 1));
    strictEqual((await api.get(SERVICES, "shop", "s")).metadata.name, "s");
    await api.list(EXPERIMENTS, undefined, "a=b");
    await api.list(LEASES);
    deepStrictEqual(requests, ["get services", "list experiments", "list leases"]);
  });

  it("reads what it wrote, however late the watch is, and tells nobody of it", async () => {
    const { api, told } = given();
    const created = await api.create<Thing>(EXPERIMENTS, thing("a", 1));
    strictEqual((await api.get<Thing>(EXPERIMENTS, "shop", "a")).spec?.n, 1);
    await api.merge(EXPERIMENTS, "shop", "a", { spec: { n: 2 } });
    strictEqual((await api.get<Thing>(EXPERIMENTS, "shop", "a")).spec?.n, 2);
    const { resourceVersion } = (await api.get(EXPERIMENTS, "shop", "a")).metadata;
    await api.replace<Thing>(EXPERIMENTS, { ...thing("a", 3), metadata: { ...created.metadata, resourceVersion } });
    strictEqual((await api.get<Thing>(EXPERIMENTS, "shop", "a")).spec?.n, 3);
    await api.apply<Thing>(EXPERIMENTS, thing("a", 4));
    strictEqual((await api.get<Thing>(EXPERIMENTS, "shop", "a")).spec?.n, 4);
    deepStrictEqual(told, []);
  });

  it("hands a conflict on, and keeps its copy", async () => {
    const { api, cluster } = given();
    await api.create<Thing>(EXPERIMENTS, thing("a", 1));
    const mine = await api.get<Thing>(EXPERIMENTS, "shop", "a");
    cluster.edit<Thing>(EXPERIMENTS, "shop", "a", (one) => ({ ...one, spec: { n: 9 } }));
    await rejects(api.replace<Thing>(EXPERIMENTS, { ...mine, spec: { n: 2 } }), isConflict);
    const patch = { metadata: { resourceVersion: mine.metadata.resourceVersion }, spec: { n: 2 } };
    await rejects(api.merge(EXPERIMENTS, "shop", "a", patch), isConflict);
    strictEqual((await api.get<Thing>(EXPERIMENTS, "shop", "a")).spec?.n, 1);
    strictEqual(cluster.peek<Thing>(EXPERIMENTS, "shop", "a")?.spec?.n, 9);
  });

  it("sends as urgently as it is told", async () => {
    const { api, urgencies } = given();
    await api.create(EXPERIMENTS, thing("a", 1));
    api.urgency = "rollback";
    await api.merge(EXPERIMENTS, "shop", "a", {});
    api.urgency = "event";
    await api.delete(EXPERIMENTS, "shop", "a");
    deepStrictEqual(urgencies, ["status", "rollback", "event"]);
  });
});
