import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import type { DesiredRoute } from "../../../adapters/istio/desiredRoute";
import { ANNOTATION_APPLIED, type HttpRoute, type VirtualService } from "../../../adapters/istio/rules";
import {
  desiredVirtualService,
  hasRoute,
  isForeignEdit,
  RouteShapeError,
  weightsBySubset,
} from "../../../adapters/istio/virtualService";

const SERVICE = { name: "reviews", namespace: "default" };
const STABLE: DesiredRoute = { role: "stable", stable: { version: "v1" } };
const SPLIT: DesiredRoute = {
  role: "progressing",
  baseline: { version: "v1" },
  candidate: { version: "v2" },
  weights: { baseline: 80, candidate: 20 },
  experiment: "try-1",
};

function users(http: readonly HttpRoute[], hosts = ["reviews.example.com"]): VirtualService {
  return {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { name: "mine", namespace: "default", resourceVersion: "7" },
    spec: { hosts, gateways: ["public"], http },
  };
}

describe("the VirtualService that Serin makes", () => {
  it("sends everything to the stable subset", () => {
    const { metadata, spec } = desiredVirtualService(SERVICE, STABLE, undefined, false);
    strictEqual(metadata.name, "reviews.default.iter8-experiment");
    deepStrictEqual(spec, {
      hosts: ["reviews"],
      http: [{ route: [{ destination: { host: "reviews", subset: "stable" }, weight: 100 }] }],
    });
    deepStrictEqual(metadata.labels, {
      "iter8-tools/host": "reviews",
      "iter8-tools/role": "stable",
      "iter8-tools/init": "True",
    });
  });

  it("splits between baseline and candidate, and names the experiment", () => {
    const { metadata, spec } = desiredVirtualService(SERVICE, SPLIT, undefined, false);
    deepStrictEqual(spec.http, [
      {
        route: [
          { destination: { host: "reviews", subset: "baseline" }, weight: 80 },
          { destination: { host: "reviews", subset: "candidate" }, weight: 20 },
        ],
      },
    ]);
    strictEqual(metadata.labels?.["iter8-tools/experiment"], "try-1");
    strictEqual(metadata.labels["iter8-tools/role"], "progressing");
  });

  it("calls a split that is to last stable", () => {
    const { metadata } = desiredVirtualService(SERVICE, { ...SPLIT, settled: true }, undefined, false);
    strictEqual(metadata.labels?.["iter8-tools/role"], "stable");
    strictEqual(metadata.labels["iter8-tools/experiment"], undefined);
  });
});

describe("a user's own VirtualService", () => {
  const http: HttpRoute[] = [
    {
      name: "testers",
      match: [{ headers: { tester: { exact: "yes" } } }],
      retries: { attempts: 3 },
      route: [
        {
          destination: { host: "reviews.default.svc.cluster.local", port: { number: 9080 } },
          headers: { set: 1 },
        } as never,
      ],
    },
    { route: [{ destination: { host: "ratings" }, weight: 100 }] },
    { redirect: { uri: "/new" } },
    { timeout: "2s", route: [{ destination: { host: "reviews" } }] },
    { match: [{ uri: { prefix: "/pinned" } }], route: [{ destination: { host: "reviews", subset: "pinned" } }] },
  ];

  it("keeps all but the destinations that lead to the Service", () => {
    const { metadata, spec } = desiredVirtualService(SERVICE, SPLIT, users(http), true);
    strictEqual(metadata.name, "mine");
    strictEqual(metadata.labels?.["iter8-tools/init"], undefined);
    strictEqual("hosts" in spec || "gateways" in spec, false);
    const to = (host: string, subset: string, port?: object) => ({
      destination: { host, subset, ...(port && { port }) },
    });
    const long = "reviews.default.svc.cluster.local";
    const port = { number: 9080 };
    deepStrictEqual(spec.http, [
      {
        ...http[0],
        route: [
          { headers: { set: 1 }, ...to(long, "baseline", port), weight: 80 },
          { headers: { set: 1 }, ...to(long, "candidate", port), weight: 20 },
        ],
      },
      http[1],
      http[2],
      {
        timeout: "2s",
        route: [
          { ...to("reviews", "baseline"), weight: 80 },
          { ...to("reviews", "candidate"), weight: 20 },
        ],
      },
      http[4],
    ]);
  });

  it("can go from one route to the other and back without loss", () => {
    const once = desiredVirtualService(SERVICE, SPLIT, users(http), true);
    const back = desiredVirtualService(SERVICE, STABLE, { ...once, spec: { ...users(http).spec, ...once.spec } }, true);
    const again = desiredVirtualService(SERVICE, SPLIT, { ...back, spec: { ...users(http).spec, ...back.spec } }, true);
    deepStrictEqual(again, once);
  });

  const refused: Record<string, HttpRoute[]> = {
    "shares an entry with another host": [
      {
        route: [
          { destination: { host: "reviews" }, weight: 50 },
          { destination: { host: "ratings" }, weight: 50 },
        ],
      },
    ],
    "shares an entry with somebody else's subset": [
      {
        route: [
          { destination: { host: "reviews" }, weight: 50 },
          { destination: { host: "reviews", subset: "pinned" }, weight: 50 },
        ],
      },
    ],
    "does not lead to the Service": [{ route: [{ destination: { host: "ratings" } }] }],
    "means another namespace's Service": [{ route: [{ destination: { host: "reviews.other" } }] }],
    "has no http entry": [],
  };
  for (const [name, entries] of Object.entries(refused)) {
    it(`is refused when it ${name}`, () => {
      throws(() => desiredVirtualService(SERVICE, SPLIT, users(entries), true), RouteShapeError);
    });
  }
});

describe("isForeignEdit", () => {
  const written = desiredVirtualService(SERVICE, SPLIT, undefined, false);

  it("is false of what Serin wrote, and of a rule that it never wrote", () => {
    strictEqual(isForeignEdit(SERVICE, written), false);
    strictEqual(isForeignEdit(SERVICE, users([{ route: [{ destination: { host: "reviews" } }] }])), false);
  });

  const [entry] = written.spec.http ?? [];
  const edits: Record<string, readonly HttpRoute[]> = {
    "other weights": [{ route: entry?.route?.map((to, i) => ({ ...to, weight: i === 0 ? 79 : 21 })) }],
    "a subset less": [{ route: [{ destination: { host: "reviews", subset: "candidate" } }] }],
    "no subset": [{ route: [{ destination: { host: "reviews" } }] }],
    "another host": [{ route: [{ destination: { host: "ratings" } }] }],
    "a second entry with another split": [
      { route: [{ destination: { host: "reviews", subset: "candidate" } }] },
      entry ?? {},
    ],
    "no entry": [],
  };
  for (const [name, http] of Object.entries(edits)) {
    it(`is true of ${name}`, () => {
      strictEqual(isForeignEdit(SERVICE, { ...written, spec: { ...written.spec, http } }), true);
      strictEqual(hasRoute({ ...written, spec: { ...written.spec, http } }, written), false);
    });
  }

  it("is false of what does not touch the split", () => {
    const spec = { ...written.spec, http: [{ ...entry, timeout: "1s" }], gateways: ["mesh"] };
    strictEqual(isForeignEdit(SERVICE, { ...written, spec }), false);
  });
});

describe("weightsBySubset", () => {
  it("reads the split; a single destination without a weight has it all", () => {
    deepStrictEqual(weightsBySubset(SERVICE, desiredVirtualService(SERVICE, SPLIT, undefined, false)), {
      baseline: 80,
      candidate: 20,
    });
    deepStrictEqual(weightsBySubset(SERVICE, users([{ route: [{ destination: { host: "reviews" } }] }])), { "": 100 });
    deepStrictEqual(weightsBySubset(SERVICE, users([])), {});
  });
});

describe("hasRoute", () => {
  const desired = desiredVirtualService(SERVICE, SPLIT, undefined, false);

  it("asks for the split, Serin's labels and its mark, and for nothing else", () => {
    strictEqual(hasRoute(desired, desired), true);
    const { metadata } = desired;
    const more = {
      ...metadata,
      labels: { ...metadata.labels, team: "blue" },
      annotations: { ...metadata.annotations, a: "b" },
    };
    strictEqual(hasRoute({ ...desired, metadata: more }, desired), true);
    strictEqual(hasRoute({ ...desired, metadata: { ...metadata, labels: {} } }, desired), false);
    strictEqual(
      hasRoute({ ...desired, metadata: { ...metadata, annotations: { [ANNOTATION_APPLIED]: "x" } } }, desired),
      false,
    );
  });
});
