import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { hasUnknown, InputError, parseInputs, validate } from "../../provider/validation";
import { settings } from "./stage";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const own = settings("reviews:v1", { traffic: {}, criteria: [{ metric: "iter8_latency", threshold: 200 }] });
const workload = own["workload"] as Record<string, unknown>;
const given = { ...own, workload: undefined, baseline: "one", candidate: "two" };

const traffic = (changes: object) => ({ traffic: changes });
const criterion = (changes: object) => ({ criteria: [{ metric: "m", threshold: 1, ...changes }] });
const pointwise = (changes: object) => ({
  ...traffic({ strategy: "check_and_increment" }),
  ...criterion(changes),
});
const owning = (changes: object) => ({
  baseline: undefined,
  candidate: undefined,
  workload: { ...workload, ...changes },
});
const template = (labels: unknown, ...containers: object[]) =>
  owning({ template: { metadata: { labels }, spec: { containers } } });

const PROPAGATION = 'must be a duration from 0s to 5m with its unit, such as "1s"';
const DURATION = 'must be a duration with its unit, such as "30s", "1m30s" or "2h"';
const LABEL = "must be a Kubernetes name of at most 63 lower case letters, digits and '-'";
const OBJECT = "must be a Kubernetes object name (lower case letters, digits, '-', '.')";
const long = "a".repeat(64);

/** Inputs that cannot be used, each by one change of some that can: the change, and what must be said of it. */
const refused: [change: object, property: string, reason: string][] = [
  [{ service: undefined }, "service", "'service' is missing: it must be a text"],
  [{ service: "Reviews" }, "service", `'service' (Reviews) ${LABEL}`],
  [{ service: "" }, "service", `'service' () ${LABEL}`],
  [{ service: 7 }, "service", "'service' (7) must be a text"],
  [{ service: long }, "service", `'service' (${long}) ${LABEL}`],
  [{ service: "reviews.bookinfo" }, "service", `'service' (reviews.bookinfo) ${LABEL}`],
  [{ namespace: "../x" }, "namespace", `'namespace' (../x) ${LABEL}`],
  [{ baseline: undefined }, "baseline", "'baseline' (nothing) must be given, or a 'workload'"],
  [{ baseline: 3 }, "baseline", "'baseline' (3) must be a text"],
  [{ candidate: undefined }, "candidate", "'candidate' (nothing) must be given, or a 'workload'"],
  [{ candidate: "one" }, "candidate", "'candidate' (one) must be another Deployment than 'baseline' (one)"],
  [{ candidate: "Two!" }, "candidate", `'candidate' (Two!) ${OBJECT}`],
  [{ ...owning({}), candidate: "two" }, "candidate", "'candidate' (two) must not be given together with 'workload'"],
  [traffic({ step: -5 }), "traffic.step", "'traffic.step' (-5) must be at least 1"],
  [traffic({ step: 0 }), "traffic.step", "'traffic.step' (0) must be at least 1"],
  [traffic({ step: "10" }), "traffic.step", `'traffic.step' ("10") must be a whole number`],
  [traffic({ step: 60 }), "traffic.step", "'traffic.step' (60) must be at most 'maxWeight' (50)"],
  [traffic({ maxWeight: 5 }), "traffic.step", "'traffic.step' (10) must be at most 'maxWeight' (5)"],
  [traffic({ step: 101, maxWeight: 100 }), "traffic.step", "'traffic.step' (101) must be at most 100"],
  [traffic({ maxWeight: 0 }), "traffic.maxWeight", "'traffic.maxWeight' (0) must be at least 1"],
  [traffic({ maxWeight: 101 }), "traffic.maxWeight", "'traffic.maxWeight' (101) must be at most 100"],
  [traffic({ interval: "30" }), "traffic.interval", `'traffic.interval' (30) ${DURATION}`],
  [traffic({ interval: 30 }), "traffic.interval", `'traffic.interval' (30) ${DURATION}`],
  [traffic({ interval: "0s" }), "traffic.interval", `'traffic.interval' (0s) ${DURATION}`],
  [traffic({ interval: "-1m" }), "traffic.interval", `'traffic.interval' (-1m) ${DURATION}`],
  [traffic({ maxIterations: 0 }), "traffic.maxIterations", "'traffic.maxIterations' (0) must be at least 1"],
  [traffic({ maxIterations: 2.5 }), "traffic.maxIterations", "'traffic.maxIterations' (2.5) must be a whole number"],
  [
    traffic({ strategy: "magic" }),
    "traffic.strategy",
    "'traffic.strategy' (magic) must be one of guarded, check_and_increment, increment_without_check, epsilon_greedy, posterior_bayesian_routing, optimistic_bayesian_routing",
  ],
  [
    traffic({ onSuccess: "none" }),
    "traffic.onSuccess",
    "'traffic.onSuccess' (none) must be one of candidate, baseline, both",
  ],
  [
    traffic({ stepp: 5 }),
    "traffic.stepp",
    "'traffic.stepp' (5) is not a known setting; known are strategy, interval, step, maxWeight, maxIterations, onSuccess, confidence",
  ],
  [{ traffic: null }, "traffic", "'traffic' (null) must be an object"],
  [{ criteria: undefined }, "criteria", "'criteria' is missing: it must be a list"],
  [
    { criteria: [] },
    "criteria",
    "'criteria' ([]) must have at least one criterion, unless the strategy is increment_without_check",
  ],
  [{ criteria: "latency" }, "criteria", `'criteria' ("latency") must be a list`],
  [criterion({ metric: undefined }), "criteria[0].metric", "'criteria[0].metric' is missing: it must be a text"],
  [criterion({ metric: 'a"} or' }), "criteria[0].metric", `'criteria[0].metric' (a"} or) must be the name of a metric`],
  [criterion({ threshold: "200" }), "criteria[0].threshold", `'criteria[0].threshold' ("200") must be a number`],
  [criterion({ threshold: NaN }), "criteria[0].threshold", "'criteria[0].threshold' (null) must be a number"],
  [
    criterion({ threshold: undefined }),
    "criteria[0]",
    `'criteria[0]' ({"metric":"m"}) must have either 'threshold' or 'delta'`,
  ],
  [
    criterion({ delta: 0.1 }),
    "criteria[0]",
    `'criteria[0]' ({"metric":"m","threshold":1,"delta":0.1}) must have either 'threshold' or 'delta'`,
  ],
  [
    criterion({ threshold: undefined, delta: -0.1 }),
    "criteria[0].delta",
    "'criteria[0].delta' (-0.1) must be at least 0",
  ],
  [pointwise({ sampleSize: -1 }), "criteria[0].sampleSize", "'criteria[0].sampleSize' (-1) must be at least 0"],
  [pointwise({ sampleSize: 1.5 }), "criteria[0].sampleSize", "'criteria[0].sampleSize' (1.5) must be a whole number"],
  [
    pointwise({ stopOnFailure: "yes" }),
    "criteria[0].stopOnFailure",
    `'criteria[0].stopOnFailure' ("yes") must be true or false`,
  ],
  [
    criterion({ limit: 3 }),
    "criteria[0].limit",
    "'criteria[0].limit' (3) is not a known setting; known are metric, threshold, delta, direction, floor, range, sampleSize, stopOnFailure",
  ],
  [
    { prometheusUrl: "prometheus:9090" },
    "prometheusUrl",
    "'prometheusUrl' (prometheus:9090) must be an http or https URL",
  ],
  [{ prometheusUrl: "ftp://x" }, "prometheusUrl", "'prometheusUrl' (ftp://x) must be an http or https URL"],
  [{ maxStall: "5" }, "maxStall", `'maxStall' (5) ${DURATION}`],
  [{ readyTimeout: "later" }, "readyTimeout", `'readyTimeout' (later) ${DURATION}`],
  [{ gracePeriod: "-1s" }, "gracePeriod", `'gracePeriod' (-1s) ${DURATION}`],
  [{ propagation: "6m" }, "propagation", `'propagation' (6m) ${PROPAGATION}`],
  [{ propagation: "-1s" }, "propagation", `'propagation' (-1s) ${PROPAGATION}`],
  [{ propagation: 5 }, "propagation", `'propagation' (5) ${PROPAGATION}`],
  [{ leaseDuration: "15" }, "leaseDuration", `'leaseDuration' (15) ${DURATION}`],
  [{ onForeignEdit: "ignore" }, "onForeignEdit", "'onForeignEdit' (ignore) must be one of correct, pause"],
  [{ onDestroy: "explode" }, "onDestroy", "'onDestroy' (explode) must be one of keep, delete"],
  [{ removeLoser: "no" }, "removeLoser", `'removeLoser' ("no") must be true or false`],
  [{ routingReference: "My Rule" }, "routingReference", `'routingReference' (My Rule) ${OBJECT}`],
  [{ attempt: long }, "attempt", `'attempt' (${long}) must have at most 63 characters`],
  [{ kubeconfig: "" }, "kubeconfig", "'kubeconfig' () must be a path or the text of a kubeconfig"],
  [owning({ replicas: 0 }), "workload.replicas", "'workload.replicas' (0) must be at least 1"],
  [owning({ replicas: 1.5 }), "workload.replicas", "'workload.replicas' (1.5) must be a whole number"],
  [owning({ ports: [] }), "workload.ports", "'workload.ports' ([]) must have at least one port"],
  [
    owning({ ports: [{ port: 70000 }] }),
    "workload.ports[0].port",
    "'workload.ports[0].port' (70000) must be 1 to 65535",
  ],
  [owning({ template: undefined }), "workload.template", "'workload.template' is missing: it must be an object"],
  [
    owning({ image: "x" }),
    "workload.image",
    "'workload.image' (x) is not a known setting; known are template, replicas, ports",
  ],
  [
    template({ app: 7 }, { name: "a", image: "b" }),
    "workload.template.metadata.labels.app",
    "'workload.template.metadata.labels.app' (7) must be a text",
  ],
  [
    template(undefined, { name: "a", image: "b" }),
    "workload.template.metadata.labels",
    "'workload.template.metadata.labels' is missing: it must be an object",
  ],
  [
    template({ app: "a" }),
    "workload.template.spec.containers",
    "'workload.template.spec.containers' ([]) must have at least one container",
  ],
  [
    template({ app: "a" }, { name: "a", image: "" }),
    "workload.template.spec.containers[0].image",
    "'workload.template.spec.containers[0].image' () must name an image",
  ],
  [
    template({ app: "a" }, { name: "A", image: "b" }),
    "workload.template.spec.containers[0].name",
    `'workload.template.spec.containers[0].name' (A) ${LABEL}`,
  ],
];

describe("validate", () => {
  for (const [change, property, reason] of refused) {
    it(`refuses: ${reason.slice(0, 90)}`, () => {
      const wrong = { ...given, ...change };
      deepStrictEqual(validate(wrong), [{ property, reason }]);
      throws(
        () => parseInputs(wrong),
        (error) => error instanceof InputError && error.message === reason,
      );
    });
  }

  it("names an unknown setting, and the known ones", () => {
    const [failure] = validate({ ...given, intervall: "3s" });
    strictEqual(failure?.property, "intervall");
    ok(failure.reason.startsWith("'intervall' (3s) is not a known setting; known are namespace, service, baseline, "));
  });

  it("reports everything that is wrong at once", () => {
    const failures = validate({ ...given, service: "X", attempt: 2, ...traffic({ step: -1, interval: "1" }) });
    deepStrictEqual(failures.map(({ property }) => property).sort(), [
      "attempt",
      "service",
      "traffic.interval",
      "traffic.step",
    ]);
  });

  it("accepts what is right, and fills the defaults in", () => {
    deepStrictEqual(validate(given), []);
    deepStrictEqual(validate(own), []);
    const { namespace, traffic: filled, criteria, ...others } = parseInputs({ ...given, traffic: undefined });
    const { attempt, onDestroy, propagation } = others;
    deepStrictEqual([namespace, attempt, onDestroy, propagation], ["default", "", "keep", "1s"]);
    for (const allowed of ["0s", "5m"]) deepStrictEqual(validate({ ...given, propagation: allowed }), []);
    deepStrictEqual(filled, {
      strategy: "guarded",
      interval: "15s",
      step: 10,
      maxWeight: 50,
      maxIterations: 120,
      onSuccess: "candidate",
      confidence: 0.95,
    });
    deepStrictEqual(criteria, [{ metric: "iter8_latency", threshold: 200, direction: "lower" }]);
    const iter8 = parseInputs({ ...given, traffic: { strategy: "epsilon_greedy", maxIterations: 7 } }).traffic;
    deepStrictEqual([iter8.interval, iter8.maxIterations], ["30s", 7]);
  });

  it("takes no criterion where nothing is checked", () => {
    deepStrictEqual(validate({ ...given, criteria: [], traffic: { strategy: "increment_without_check" } }), []);
  });

  it("never shows what may be secret", () => {
    const texts = [
      { prometheusUrl: "https://ann:s3cret@prometheus" },
      { prometheusUrl: "ftp://ann:s3cret@prometheus" },
      { kubeconfig: { users: [{ user: { token: "s3cret" } }] } },
    ].flatMap((change) => validate({ ...given, ...change }).map(({ reason }) => reason));
    strictEqual(texts.length, 3);
    for (const text of texts) ok(!text.includes("s3cret"), text);
  });
});

describe("values that are not known before the update", () => {
  const cases: Record<string, object> = {
    "a text": { service: UNKNOWN },
    "a number": traffic({ step: UNKNOWN, maxWeight: 5 }),
    "what another is compared with": traffic({ step: 60, maxWeight: UNKNOWN }),
    "a whole part": { traffic: UNKNOWN },
    "a list": { criteria: UNKNOWN },
    "a member of a list": { criteria: [UNKNOWN] },
    "a tolerance": criterion({ threshold: UNKNOWN }),
    "a candidate": { candidate: UNKNOWN },
    "a workload": { baseline: undefined, candidate: undefined, workload: UNKNOWN },
    "an image": template({ app: "a" }, { name: "a", image: UNKNOWN }),
    "a choice": { onDestroy: UNKNOWN },
    "a duration": { maxStall: UNKNOWN },
    "a yes or no": { removeLoser: UNKNOWN },
  };
  for (const [name, change] of Object.entries(cases)) {
    it(`are let through: ${name}`, () => {
      deepStrictEqual(validate({ ...given, ...change }), []);
      strictEqual(hasUnknown({ ...given, ...change }), true);
    });
  }

  it("do not hide what is wrong beside them", () => {
    deepStrictEqual(
      validate({ ...given, service: UNKNOWN, maxStall: "5" }).map(({ property }) => property),
      ["maxStall"],
    );
    strictEqual(hasUnknown(given), false);
  });
});
