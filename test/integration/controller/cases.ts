import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ControllerFixture, Manifest } from "../support/controllerFixture";

const FILE = join(__dirname, "..", "..", "fixtures", "iter8", "controller-v0.1-scenarios.json");

/** An object that is there before the experiment; which members it has depends on its kind. */
interface CaseObject {
  readonly kind: string;
  readonly name: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: Readonly<Record<string, number>>;
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly container?: { readonly name: string; readonly image: string; readonly port: number };
  readonly apiVersion?: string;
  readonly spec?: object;
}

/** A condition's status, alone or with its reason; by the key `phase` the phase. */
export type CaseState = Readonly<Record<string, string | { readonly status: string; readonly reason: string }>>;

/** One scenario of Iter8's controller, as the data file tells it. */
export interface Case {
  readonly name: string;
  readonly objects: readonly CaseObject[];
  /** The answer of the analytics service; null when it must not be asked. */
  readonly analytics: object | null;
  readonly analytics_path?: string;
  readonly precondition?: string;
  readonly experiment: Manifest;
  readonly second_experiment?: Manifest;
  readonly state: CaseState & { readonly second_experiment?: CaseState };
  readonly then?: string;
  /** Specs by kind, or by kind and name. */
  readonly rules?: Readonly<Record<string, object>>;
  readonly deleted?: readonly string[];
  readonly note?: string;
}

const MEMBERS: Readonly<Record<keyof Case, true>> = {
  name: true,
  objects: true,
  analytics: true,
  analytics_path: true,
  precondition: true,
  experiment: true,
  second_experiment: true,
  state: true,
  then: true,
  rules: true,
  deleted: true,
  note: true,
};

/** All scenarios. @throws Error for one that asks for something that no test would look at */
export function readCases(): readonly Case[] {
  const { cases } = JSON.parse(readFileSync(FILE, "utf8")) as { cases: readonly Case[] };
  for (const one of cases) {
    const unknown = Object.keys(one).filter((member) => !Object.hasOwn(MEMBERS, member));
    if (unknown.length > 0) throw new Error(`case ${one.name} has unknown members: ${unknown.join(", ")}`);
  }
  return cases;
}

/** Creates what is there before the experiment. */
export async function createObjects(fixture: ControllerFixture, { objects }: Case): Promise<void> {
  await Promise.all(objects.map((object) => fixture.apply(manifestOf(object))));
}

/** The experiment with the URL of the analytics service, and a short grace for the loser's last requests. */
export function experimentOf(manifest: Manifest, analyticsUrl: string): Manifest {
  const text = JSON.stringify(manifest).replaceAll("<fake analytics url>", analyticsUrl);
  const experiment = JSON.parse(text) as Manifest;
  return { ...experiment, spec: { ...experiment.spec, serin: { gracePeriod: "1s" } } };
}

function manifestOf(object: CaseObject): Manifest & { readonly apiVersion: string; readonly kind: string } {
  const { kind, name } = object;
  const metadata = { name };
  switch (kind) {
    case "Service": {
      const ports = Object.entries(object.ports ?? {}).map(([port, number]) => ({ name: port, port: number }));
      return { apiVersion: "v1", kind, metadata, spec: { selector: object.selector, ports } };
    }
    case "Deployment": {
      const { container: { port, ...container } = { name, image: name, port: 80 }, podLabels } = object;
      const template = {
        metadata: { labels: podLabels },
        spec: { containers: [{ ...container, ports: [{ containerPort: port }] }] },
      };
      return { apiVersion: "apps/v1", kind, metadata, spec: { selector: { matchLabels: podLabels }, template } };
    }
    default:
      return { apiVersion: object.apiVersion ?? "v1", kind, metadata, spec: object.spec ?? {} };
  }
}
