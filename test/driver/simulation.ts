import { isDeepStrictEqual } from "node:util";
import { KubernetesError } from "../../adapters/kubernetes/errors";
import { recordEvent } from "../../adapters/kubernetes/events";
import {
  API_VERSION,
  FINALIZER,
  KIND,
  type ExperimentResource,
  type ExperimentSpec,
  type SerinSpec,
} from "../../adapters/kubernetes/experiment/resource";
import { Lease } from "../../adapters/kubernetes/lease";
import { DEPLOYMENTS, EVENTS, EXPERIMENTS, SERVICES } from "../../adapters/kubernetes/paths";
import { drive } from "../../driver/drive";
import { worldOver } from "../../driver/realWorld";
import { LOOK_EVERY_MS, type TickReport } from "../../driver/tickResult";
import type { Clock, World } from "../../driver/world";
import type { Observation } from "../../engine";
import { FakeKubernetes, type Call, type Wire } from "../support/fakeKubernetes";
import {
  deployment,
  destinationRule,
  NAMESPACE,
  servedLabels,
  service,
  SERVICE,
  versionLabels,
  virtualService,
  weightsOf,
} from "../support/objects";
import { VirtualClock } from "../support/virtualClock";
import { good } from "./metrics";

export const EXPERIMENT = "reviews-try";
export const BASELINE = "reviews-v1";
export const CANDIDATE = "reviews-v2";
export const LEASE_MS = 5000;
export const INTERVAL_MS = 3000;
/** By then a driver has looked. */
export const LOOK_MS = LOOK_EVERY_MS + 10;

export type Observe = (experiment: ExperimentResource, startedAt: number, now: number) => Observation;

/** What befalls one request of a process, counted from 1 over its writes. */
export interface Fate {
  readonly write: number;
  /** Whether the write has had its effect when it happens. */
  readonly when: "before" | "after";
  /** `die`: the process stops, as by kill -9. `error`: it gets a 500. */
  readonly what: "die" | "error";
}

export interface Setting {
  readonly traffic?: ExperimentSpec["trafficControl"];
  readonly serin?: SerinSpec;
  readonly stopOnFailure?: boolean;
  readonly cleanup?: boolean;
  readonly routingReference?: string;
}

export function experiment({ traffic, serin, stopOnFailure, cleanup, routingReference }: Setting): ExperimentResource {
  return {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: EXPERIMENT, namespace: NAMESPACE, finalizers: [FINALIZER] },
    spec: {
      targetService: { name: SERVICE, baseline: BASELINE, candidate: CANDIDATE },
      trafficControl: { interval: `${INTERVAL_MS}ms`, trafficStepSize: 20, maxIterations: 4, ...traffic },
      analysis: {
        successCriteria: [
          { metricName: "latency", toleranceType: "threshold", tolerance: 200, sampleSize: 10, stopOnFailure },
        ],
      },
      ...(cleanup ? { cleanup: "delete" as const } : {}),
      ...(routingReference ? { routingReference: { name: routingReference } } : {}),
      serin: { maxStall: "20s", readyTimeout: "1m", gracePeriod: "2s", ...serin },
    },
  };
}

/** A cluster with one experiment in it, and as many drivers, one after the other or at once, as a test starts. */
export class Simulation {
  readonly clock = new VirtualClock();
  readonly api = new FakeKubernetes(this.clock.now);
  readonly reports: TickReport[] = [];
  readonly notices: string[] = [];
  private processes = 0;

  constructor(
    setting: Setting = {},
    readonly observe: Observe = good,
  ) {
    this.api.put(SERVICES, service());
    this.api.put(DEPLOYMENTS, deployment(BASELINE, versionLabels("v1")));
    this.api.put(DEPLOYMENTS, deployment(CANDIDATE, versionLabels("v2")));
    this.api.put(EXPERIMENTS, experiment(setting));
  }

  get record(): ExperimentResource | undefined {
    return this.api.peek<ExperimentResource>(EXPERIMENTS, NAMESPACE, EXPERIMENT);
  }

  /** Drives until the end, one process after another: each but the last is killed by its fate, if it lives so long. */
  async run(...fates: readonly (readonly Fate[])[]): Promise<ExperimentResource | undefined> {
    for (const fate of fates) {
      const process = this.start(fate);
      const outcome = await this.clock.run(Promise.race([process.result, process.died]));
      if (outcome !== DIED) return outcome;
    }
    return this.clock.run(this.start([]).result);
  }

  /** Lets time pass until something is so. */
  until(condition: () => boolean): Promise<void> {
    const wait = async () => {
      while (!condition()) await this.clock.sleep(10);
    };
    return this.clock.run(wait(), 600_000);
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return this.clock.run(this.clock.sleep(ms));
  }

  /** Messages of the Events so far, as "Reason: message". */
  get events(): string[] {
    const all = this.api.all<{ metadata: { name: string }; reason: string; message: string }>(EVENTS);
    return all.map(({ reason, message }) => (message === "" ? reason : `${reason}: ${message}`));
  }

  /** A person sets a field of the experiment, or takes it away. */
  async patch(fields: object): Promise<void> {
    await this.api.client().merge(EXPERIMENTS, NAMESPACE, EXPERIMENT, fields);
  }

  /** The candidate's share in the route, in percent; undefined while there is no route or no such subset. */
  get share(): number | undefined {
    const { candidate, stable } = weightsOf(virtualService(this.api));
    const ending = destinationRule(this.api)?.spec.subsets?.length === 3;
    if (stable === undefined || !ending) return candidate;
    return isDeepStrictEqual(servedLabels(this.api), versionLabels("v2")) ? 100 : 0;
  }

  /** Starts a driver in a process of its own. */
  start(fate: readonly Fate[], options: Partial<ProcessOptions> = {}): Process {
    this.processes += 1;
    return new Process(this, { fate, identity: `process-${this.processes}`, zombie: false, ...options });
  }
}

export const DIED = Symbol("died");

interface ProcessOptions {
  readonly fate: readonly Fate[];
  readonly identity: string;
  /** A zombie writes whether it holds the Lease or not. */
  readonly zombie: boolean;
  /** Virtual ms that each request takes before, and after, its effect. */
  readonly latency?: () => number;
}

/** A process that drives the experiment, on a machine of its own. */
export class Process {
  readonly died: Promise<typeof DIED>;
  readonly result: Promise<ExperimentResource | undefined>;
  readonly lease: Lease;
  readonly world: World;
  private die: (as: typeof DIED) => void = () => undefined;
  private dead = false;
  private writes = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly options: ProcessOptions,
  ) {
    this.died = new Promise((resolve) => (this.die = resolve));
    const { clock, api } = simulation;
    const machine = clock.machine(options.identity.length * 1e6 + Number(options.identity.slice(-1)) * 7777);
    const own: Clock = { ...machine, sleep: (ms) => machine.sleep(ms).then(() => this.alive()) };
    const client = api.client(this.wire(own));
    const { identity, zombie } = options;
    const durationSeconds = LEASE_MS / 1000;
    const name = `serin-${EXPERIMENT}`;
    const { now, monotonic } = own;
    this.lease = new Lease(client, { namespace: NAMESPACE, name, identity, durationSeconds, monotonic, now });
    if (zombie) this.lease.acquire = async () => undefined;
    this.world = worldOver(client, {
      clock: own,
      driver: "controller",
      mayWrite: zombie ? () => undefined : () => this.lease.assertHeld(),
      observe: async (target, startedAt, now) => simulation.observe(target, startedAt, now),
      history: async () => [],
      announce: (target, occurrence) =>
        recordEvent(client, target, occurrence, { first: own.now(), last: own.now() }).catch(() => undefined),
    });
    if (zombie) this.lease.isHeld = () => true;
    const listener = {
      onTick: (report: TickReport) => simulation.reports.push(report),
      onNotice: (text: string) => simulation.notices.push(text),
    };
    const target = { namespace: NAMESPACE, name: EXPERIMENT };
    this.result = drive(this.world, this.lease, target, listener, () => 0.5).then((outcome) =>
      outcome.kind === "ended" ? outcome.experiment : undefined,
    );
  }

  kill(): void {
    this.dead = true;
    this.die(DIED);
  }

  /** A dead process does nothing any more. */
  private alive(): Promise<void> {
    return this.dead ? new Promise<never>(() => undefined) : Promise.resolve();
  }

  private wire(clock: Clock): Wire {
    const { latency } = this.options;
    const meet = async (call: Call, when: Fate["when"]): Promise<void> => {
      await this.alive();
      if (latency) await clock.sleep(latency());
      if (!call.isWrite) return;
      if (when === "before") this.writes += 1;
      const fate = this.options.fate.find((one) => one.write === this.writes && one.when === when);
      if (fate?.what === "error") throw new KubernetesError(500, "the server is unwell");
      if (fate?.what === "die") this.kill();
      await this.alive();
    };
    return { before: (call) => meet(call, "before"), after: (call) => meet(call, "after") };
  }
}
