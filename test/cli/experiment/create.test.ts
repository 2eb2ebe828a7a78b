import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXPERIMENTS } from "../../../adapters/kubernetes/paths";
import { FINALIZER, type ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import { FakeKubernetes } from "../../support/fakeKubernetes";
import { EXPERIMENT, Simulation } from "../../driver/simulation";
import { bad } from "../../driver/metrics";
import { CommandLine } from "./cluster";

const MANIFEST = `
apiVersion: iter8.tools/v1alpha1
kind: Experiment
metadata: { name: reviews-try, labels: { app: reviews } }
spec:
  targetService: { name: reviews, baseline: reviews-v1, candidate: reviews-v2 }
  trafficControl: { interval: 3s, trafficStepSize: 20, maxIterations: 4 }
  analysis:
    successCriteria:
      - { metricName: latency, toleranceType: threshold, tolerance: 200 }
  serin: { gracePeriod: 2s }
`;

describe("cli: serin experiment create", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "serin-create-"));
  });
  after(() => rm(folder, { recursive: true }));

  const stored = (api: FakeKubernetes, namespace = "default") =>
    api.peek<ExperimentResource>(EXPERIMENTS, namespace, "reviews-try");

  it("creates what the file describes, with the finalizer, in the namespace of the context", async () => {
    const line = new CommandLine(new FakeKubernetes());
    const file = join(folder, "experiment.yaml");
    await writeFile(file, MANIFEST);
    const { code, out } = await line.start(`create -f ${file}`, { namespace: "bookinfo" }).answer;
    strictEqual(code, 0);
    strictEqual(out, "experiment bookinfo/reviews-try created\n");
    const { metadata, spec } = stored(line.api, "bookinfo") as ExperimentResource;
    deepStrictEqual([metadata.finalizers, metadata.labels], [[FINALIZER], { app: "reviews" }]);
    strictEqual(spec.trafficControl?.maxIterations, 4);
  });

  it("reads the standard input, and prints the object for programs", async () => {
    const line = new CommandLine(new FakeKubernetes());
    const { code, out } = await line.run("create -f - -n test -o json", { stdin: MANIFEST });
    strictEqual(code, 0);
    deepStrictEqual((JSON.parse(out) as ExperimentResource).metadata.namespace, "test");
    strictEqual(stored(line.api, "test")?.spec.targetService.name, "reviews");
  });

  it("leaves an equal one as it is, also where the API server has filled in defaults", async () => {
    const line = new CommandLine(new FakeKubernetes());
    await line.run("create -f -", { stdin: MANIFEST });
    line.api.edit<ExperimentResource>(EXPERIMENTS, "default", "reviews-try", (experiment) => ({
      ...experiment,
      spec: {
        ...experiment.spec,
        trafficControl: { ...experiment.spec.trafficControl, maxTrafficPercentage: 50, onSuccess: "candidate" },
      },
    }));
    const version = stored(line.api)?.metadata.resourceVersion;
    const { code, out } = await line.run("create -f -", { stdin: MANIFEST });
    deepStrictEqual([code, out], [0, "experiment default/reviews-try unchanged\n"]);
    strictEqual(stored(line.api)?.metadata.resourceVersion, version);
  });

  it("refuses one that differs, and names the fields", async () => {
    const line = new CommandLine(new FakeKubernetes());
    await line.run("create -f -", { stdin: MANIFEST });
    const { code, err } = await line.run("create -f -", {
      stdin: MANIFEST.replace("maxIterations: 4", "maxIterations: 5"),
    });
    strictEqual(code, 1);
    strictEqual(
      err,
      "error: experiment default/reviews-try exists already and differs in spec.trafficControl: " +
        "choose another name, or delete it first\n",
    );
    strictEqual(stored(line.api)?.spec.trafficControl?.maxIterations, 4);
  });

  it("does not take one for its own that is being deleted", async () => {
    const line = new CommandLine(new FakeKubernetes());
    await line.run("create -f -", { stdin: MANIFEST });
    await line.api.client().delete(EXPERIMENTS, "default", "reviews-try");
    const { code, err } = await line.run("create -f -", { stdin: MANIFEST });
    strictEqual(code, 1);
    match(err, /is being deleted/);
  });

  const refused: Record<string, [from: string, to: string, error: RegExp]> = {
    "an unknown field": [
      "trafficStepSize: 20",
      "trafficStepsize: 20",
      /option '--file' \(-\): 'spec\.trafficControl\.trafficStepsize' is not a known field$/m,
    ],
    "another type": [
      "trafficStepSize: 20",
      "trafficStepSize: '20'",
      /'spec\.trafficControl\.trafficStepSize' \("20"\) must be a number/,
    ],
    "another value": [
      "toleranceType: threshold",
      "toleranceType: limit",
      /'spec\.analysis\.successCriteria\[0\]\.toleranceType' \("limit"\) must be one of threshold, delta/,
    ],
    "a missing field": [
      ", candidate: reviews-v2",
      "",
      /'spec\.targetService\.candidate' is missing: it must be a text/,
    ],
    "a number out of range": [
      "maxIterations: 4",
      "maxIterations: 0",
      /'spec\.trafficControl\.maxIterations' \(0\) must be at least 1/,
    ],
    "no duration": ["interval: 3s", "interval: 3", /'spec\.trafficControl\.interval' \(3\) must be a text/],
    "a duration without unit": [
      "interval: 3s",
      "interval: '3'",
      /'spec\.trafficControl\.interval' \("3"\) must be a duration with its unit/,
    ],
    "what only the engine can refuse": [
      "interval: 3s,",
      "interval: 0s,",
      /cannot be followed: 'spec\.trafficControl\.interval' \(0s\) must be a duration/,
    ],
    "another kind": ["kind: Experiment", "kind: Service", /must be an Experiment \(iter8\.tools\/v1alpha1\): 'kind'/],
    "no YAML": ["metadata: {", "metadata: [", /option '--file' \(-\) must be YAML/],
  };
  for (const [name, [from, to, error]] of Object.entries(refused)) {
    it(`refuses ${name} before it asks the cluster, exit code 2`, async () => {
      const line = new CommandLine(new FakeKubernetes());
      const connect = async () => Promise.reject(new Error("the cluster was asked"));
      const { code, err } = await line.run("create -f -", {
        stdin: MANIFEST.replace(from, to),
        services: { connect },
      });
      match(err, error);
      strictEqual(code, 2);
    });
  }

  it("refuses a namespace other than the file's", async () => {
    const line = new CommandLine(new FakeKubernetes());
    const stdin = MANIFEST.replace("name: reviews-try", "name: reviews-try, namespace: bookinfo");
    const { code, err } = await line.run("create -f - -n test", { stdin });
    strictEqual(code, 2);
    match(err, /option '--namespace' \(test\) must be that of the file, 'metadata\.namespace' \(bookinfo\)/);
    strictEqual(line.api.all(EXPERIMENTS).length, 0);
  });

  it("refuses a time limit for nothing", async () => {
    const line = new CommandLine(new FakeKubernetes());
    const { code, err } = await line.run("create -f - --timeout 1m", { stdin: MANIFEST });
    strictEqual(code, 2);
    match(err, /option '--timeout' needs '--wait' or '--watch'/);
  });

  for (const [verdict, code, observe] of [
    ["promoted", 0, undefined],
    ["rolledBack", 3, bad],
  ] as const) {
    it(`waits with the progress until the end: ${verdict}, exit code ${code}`, async () => {
      const simulation = new Simulation({}, observe);
      simulation.api.drop(EXPERIMENTS, "default", EXPERIMENT);
      const line = new CommandLine(simulation.api, simulation.clock);
      const { answer } = line.start("create -f - --watch", { stdin: MANIFEST });
      await simulation.until(() => simulation.record !== undefined);
      simulation.start([]);
      const { code: exit, out, err } = await simulation.clock.run(answer);
      strictEqual(exit, code, err);
      match(err, /^experiment default\/reviews-try created\n/);
      deepStrictEqual(
        [...err.matchAll(/ {2}(\d)\/4 {2}/g)].map(([, iteration]) => iteration),
        ["1", "2", "3", "4"],
      );
      match(
        out,
        new RegExp(`^experiment default/reviews-try: ${verdict}, the candidate has (0|100) % of the traffic\\. `),
      );
    });
  }
});
