import { deepStrictEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  type DestinationRule,
  type VirtualService,
} from "../../adapters/istio/rules";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { experimentCrd } from "../../adapters/kubernetes/crd";
import type { ExperimentResource } from "../../adapters/kubernetes/experiment/resource";
import { ObjectCache } from "../../adapters/kubernetes/objectCache";
import { DEPLOYMENTS, EXPERIMENTS, SERVICES, type Collection } from "../../adapters/kubernetes/paths";
import type { MetricDefinition } from "../../adapters/prometheus";
import { Releases } from "../../controller/releases";
import { Takeover } from "../../controller/takeover";
import { worldOver } from "../../driver/realWorld";
import type { World } from "../../driver/world";
import type { MetricsObservation } from "../../engine";
import { z } from "zod";
import { FakeKubernetes } from "../support/fakeKubernetes";
import { deployment } from "../support/objects";
import { anyExperiment } from "./experimentArbitrary";

/** SERIN_FUZZ_RUNS: fewer for a quick look, more for a long one. */
const RUNS = Number(process.env["SERIN_FUZZ_RUNS"] ?? 10_000);
const LOOKS = 5;
const HOUR_MS = 3_600_000;

interface Surroundings {
  readonly there: readonly boolean[];
  readonly ready: readonly number[];
  readonly values: readonly number[];
  readonly ownRule: number;
  readonly isDeleted: boolean;
}

const surroundings: fc.Arbitrary<Surroundings> = fc.record({
  there: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ max: 9, min: 0 }).map((n) => n > 0))),
  ready: fc.tuple(fc.constantFrom(1, 1, 1, 0), fc.constantFrom(1, 1, 1, 0)),
  values: fc.array(fc.constantFrom(0, 1, 99, 0.001, 1e9, Number.NaN, -1), { minLength: 1, maxLength: 6 }),
  ownRule: fc.nat(3),
  isDeleted: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

/** A cluster with one experiment in it, whatever it says, and a controller's eyes on it. */
class Fuzz {
  time = Date.UTC(2030, 0, 1);
  readonly cluster = new FakeKubernetes(() => this.time);
  readonly releases: Releases;
  readonly cache = new ObjectCache<ExperimentResource>();
  private draws = 0;

  constructor(
    experiment: ExperimentResource,
    private readonly around: Surroundings,
  ) {
    const client = this.cluster.client();
    const clock = { now: () => this.time, monotonic: () => this.time, sleep: async () => undefined };
    const world = (): World =>
      worldOver(client, {
        clock,
        driver: "controller",
        mayWrite: () => undefined,
        observe: async ({ spec }) => this.observation((spec.analysis?.successCriteria ?? []).map((c) => c.metricName)),
        history: async () => [],
        announce: async (_experiment, { message }) => ok(!/undefined|NaN|\[object/.test(message), message),
      });
    const takeover = new Takeover({
      api: client,
      store: world().store,
      clock,
      identity: "c",
      leaseOf: () => undefined,
    });
    const definitionsFor = async ({ spec }: ExperimentResource): Promise<MetricDefinition[]> =>
      (spec.analysis?.successCriteria ?? []).map(({ metricName: name }) => definition(name));
    const { cache: experiments } = this;
    this.releases = new Releases({
      experiments,
      world,
      definitionsFor,
      takeover,
      onReport: () => undefined,
      wake: () => undefined,
    });
    this.cluster.onWrite(() => this.check());
    this.furnish(experiment);
  }

  /** @returns ms after which to look again */
  async look(): Promise<number> {
    const experiment = this.cluster.peek<ExperimentResource>(EXPERIMENTS, "default", "any");
    if (experiment === undefined) return Number.POSITIVE_INFINITY;
    const before = this.cache.get("default", "any");
    this.cache.see(experiment);
    this.releases.noticed(experiment, before);
    const dueInMs = await this.releases.look("default/any");
    ok(dueInMs >= 0, `looks again in ${dueInMs} ms`);
    return dueInMs;
  }

  get record(): ExperimentResource | undefined {
    return this.cluster.peek<ExperimentResource>(EXPERIMENTS, "default", "any");
  }

  private furnish(experiment: ExperimentResource): void {
    const { name, baseline, candidate } = experiment.spec.targetService;
    const { there, ready, ownRule } = this.around;
    const labels = (version: string) => ({ app: "cart", version });
    const put = (collection: Collection, object: object, isThere = true) =>
      isThere && this.cluster.put(collection, object);
    put(SERVICES, { metadata: { name, namespace: "default" }, spec: { selector: { app: "cart" } } }, there[0]);
    const named = (target: string, version: string, i: number) => deployment(target, labels(version), ready[i]);
    put(DEPLOYMENTS, named(candidate, "v2", 1), there[2]);
    put(DEPLOYMENTS, named(baseline, "v1", 0), there[1]);
    const reference = experiment.spec.routingReference?.name;
    const hosts = [name, "other", name][ownRule] ?? name;
    const route = [{ destination: { host: hosts } }, ...(ownRule === 2 ? [{ destination: { host: "else" } }] : [])];
    const spec = { hosts: [hosts], http: ownRule === 3 ? [] : [{ route }] };
    if (reference !== undefined) put(VIRTUAL_SERVICES, { metadata: { name: reference, namespace: "default" }, spec });
    put(EXPERIMENTS, {
      ...experiment,
      metadata: { ...experiment.metadata, finalizers: this.around.isDeleted ? ["x/y"] : [] },
    });
    if (this.around.isDeleted) this.cluster.delete("/apis/iter8.tools/v1alpha1/namespaces/default/experiments/any");
  }

  private draw(): number {
    this.draws += 1;
    return this.around.values[this.draws % this.around.values.length] as number;
  }

  private observation(names: readonly string[]): MetricsObservation {
    if (this.draw() === -1) return { kind: "unavailable", fault: "unreachable", detail: "Nobody answers." };
    const number = (value: number) => (Number.isNaN(value) ? null : value);
    const side = () => ({
      value: number(this.draw()),
      sampleSize: Math.abs(this.draw()) || 0,
    });
    const metrics = names.map((metric) => {
      const totals = () => ({ requests: 1000 + this.draws, events: this.draws % 7, sum: 0 });
      const counts = { kind: "ratio" as const, at: this.time, baseline: totals(), candidate: totals() };
      return { metric, isCounter: false, unit: "", baseline: side(), candidate: side(), counts };
    });
    return { kind: "values", metrics };
  }

  /** After each write: weights that sum to 100, of subsets that there are, and a record that the API server takes. */
  private check(): void {
    const subsets = this.cluster.all<DestinationRule>(DESTINATION_RULES).flatMap(({ spec }) => spec.subsets ?? []);
    for (const { spec } of this.cluster.all<VirtualService>(VIRTUAL_SERVICES)) {
      for (const { route = [] } of spec.http ?? []) {
        const own = route.filter(({ destination }) => destination.subset !== undefined);
        if (own.length === 0) continue;
        const weights = own.map(({ weight = 100 }) => weight);
        ok(
          weights.every((weight) => Number.isInteger(weight) && weight >= 0),
          String(weights),
        );
        deepStrictEqual(
          weights.reduce((a, b) => a + b, 0),
          100,
        );
        for (const { destination } of own)
          ok(
            subsets.some(({ name }) => name === destination.subset),
            destination.subset,
          );
      }
    }
  }
}

/** As the API server reads an object whose fields may not be null. */
function withoutNulls(record: ExperimentResource): unknown {
  return JSON.parse(JSON.stringify(record), (_key, value: unknown) => (value === null ? undefined : value));
}

function definition(name: string): MetricDefinition {
  const counts = { kind: "ratio", total: "t", part: "p" } as const;
  return { name, queryTemplate: "q", sampleSizeTemplate: "s", isCounter: false, absentValue: null, unit: "", counts };
}

const schema = z.fromJSONSchema({ ...experimentCrd.spec.versions[0].schema.openAPIV3Schema } as never, {
  defaultTarget: "openapi-3.0",
});

describe("any experiment that the API server takes", () => {
  it(`is looked at without a fault, ${RUNS} of them`, async function () {
    this.timeout(180_000); // about 10 s where nothing else runs
    let progressed = 0;
    await fc.assert(
      fc.asyncProperty(anyExperiment, surroundings, async (experiment, around) => {
        const fuzz = new Fuzz(experiment, around);
        let dueInMs = 0;
        for (let look = 0; look < LOOKS && Number.isFinite(dueInMs); look += 1) {
          try {
            dueInMs = await fuzz.look();
          } catch (error) {
            if (!(error instanceof KubernetesError)) throw error;
          }
          fuzz.time += Math.min(dueInMs, HOUR_MS);
        }
        const { record } = fuzz;
        if (record === undefined) return;
        if (record.status?.serin?.stage === "ended") progressed += 1;
        const { status } = record;
        // ns since 1970 are more than what the validator takes for an integer.
        const issues = schema.safeParse(withoutNulls(record)).error?.issues ?? [];
        deepStrictEqual(
          issues.filter(({ path }) => !/Timestamp$/.test(String(path.at(-1)))),
          [],
        );
        if (status?.message?.startsWith("TargetsNotFound: '"))
          ok(/^TargetsNotFound: 'spec\.[^']+' \(/.test(status.message));
      }),
      { numRuns: RUNS },
    );
    ok(progressed > 0, "some come to their end");
  });
});
