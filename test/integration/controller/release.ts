import { ruleName } from "../../../adapters/istio/rules";
import type { ExperimentResource } from "../../../adapters/kubernetes/experiment/resource";
import type { Behaviour, ControllerFixture, Manifest } from "../support/controllerFixture";

/** A release of one version after another, as Iter8's tutorials write their experiments. */
export interface TutorialRelease {
  readonly app: string;
  readonly baseline: string;
  readonly candidate: string;
  readonly criterion: Readonly<Record<string, unknown>>;
  /** Default: `2s`, in place of the tutorials' 30 s. */
  readonly interval?: string;
  /** Default: 8. */
  readonly maxIterations?: number;
  /** More of `spec`. */
  readonly spec?: object;
}

/** The experiment of a release, with the traffic control that all tutorials share. It is named after the candidate. */
export function experimentFor(release: TutorialRelease): Manifest {
  const { app, baseline, candidate, criterion, interval = "2s", maxIterations = 8, spec } = release;
  return {
    metadata: { name: candidate },
    spec: {
      targetService: { name: app, apiVersion: "v1", baseline: `${app}-${baseline}`, candidate: `${app}-${candidate}` },
      trafficControl: {
        strategy: "check_and_increment",
        interval,
        trafficStepSize: 20,
        maxIterations,
        maxTrafficPercentage: 80,
      },
      analysis: { successCriteria: [criterion] },
      serin: { gracePeriod: "1s" },
      ...spec,
    },
  };
}

/** Creates the rules that a release of Iter8 leaves: all traffic on one version. */
export async function leaveRules(fixture: ControllerFixture, app: string, version: string): Promise<void> {
  const name = ruleName({ name: app, namespace: fixture.namespace });
  const labels = { "iter8-tools/host": app, "iter8-tools/role": "stable" };
  const rule = { apiVersion: "networking.istio.io/v1alpha3", metadata: { name, labels } };
  const subsets = [{ name: "stable", labels: { app, version } }];
  await fixture.apply({ ...rule, kind: "DestinationRule", spec: { host: app, subsets } });
  const route = [{ destination: { host: app, subset: "stable" }, weight: 100 }];
  await fixture.apply({ ...rule, kind: "VirtualService", spec: { hosts: [app], http: [{ route }] } });
}

/** What came of a release. */
export interface Outcome {
  readonly experiment: ExperimentResource;
  /** What was said while the candidate was not there yet. */
  readonly waiting: ExperimentResource;
  /** The candidate's share of traffic by each route that took effect. */
  readonly shares: readonly number[];
}

/** Applies the experiment and then, as the tutorials do, the candidate; waits for the end. */
export async function carryOut(
  fixture: ControllerFixture,
  release: TutorialRelease,
  candidate: Behaviour,
): Promise<Outcome> {
  const { app, candidate: version } = release;
  await fixture.applyExperiment(experimentFor(release));
  const waiting = await fixture.untilExperiment(version, "waits for its candidate", ({ status }) =>
    Boolean(status?.message?.startsWith("TargetsNotFound")),
  );
  await fixture.deploy(app, version, candidate);
  const experiment = await fixture.untilCompleted(version);
  return { experiment, waiting, shares: await fixture.shares(app, `${app}-${version}`) };
}
