import { randomUUID } from "node:crypto";
import { fingerprint } from "../adapters/fingerprint";
import { KubernetesClient } from "../adapters/kubernetes/client";
import { patiently } from "../driver/followPatience";
import { systemClock } from "../driver/world";
import { settingsOf, type ReleaseInputs } from "./inputs";
import { liveWeights, type ReleaseOutputs } from "./outputs";
import { release } from "./release";
import type { Properties, ResourceProvider } from "./resourceProvider";
import { routesOf } from "./routes";
import { tell } from "./tell";
import { parseInputs, validate } from "./validation";
import { releaseKey } from "./version";
import { withdraw } from "./withdraw";

/** State of a release: the settings it was given, and what it reports. */
type State = Properties & Partial<ReleaseOutputs>;

/** The resource that is one canary release: creating or changing it drives the release to its verdict. */
export const releaseProvider: ResourceProvider = {
  check: async (_olds, news) => ({ inputs: news, failures: [...validate(settingsOf(news))] }),

  diff: async (_id, olds: State, news) => {
    const moved = (["namespace", "service"] as const).filter((key) => (olds[key] ?? "") !== (news[key] ?? ""));
    const changed = fingerprint(settingsOf(olds)) !== fingerprint(settingsOf(news));
    return { changes: changed || isDrifted(olds), replaces: moved, deleteBeforeReplace: true };
  },

  create: async (news) => {
    const outs = await run(parseInputs(settingsOf(news)), true);
    return { id: randomUUID(), outs: plain({ ...settingsOf(news), ...outs }) };
  },

  update: async (_id, olds: State, news) => {
    const inputs = parseInputs(settingsOf(news));
    const isNew = keyOf(olds) !== releaseKey(inputs);
    const outs = await run(inputs, isNew);
    // Nothing was compared and nothing is new: what was reported then is still what happened.
    const { weights } = outs;
    const kept = !isNew && outs.experiment === undefined ? { ...reported(olds), weights } : outs;
    return { outs: plain({ ...settingsOf(news), ...kept }) };
  },

  /** `pulumi refresh`: the shares of traffic are those that the route has now. */
  read: async (id, props: State) => {
    if (props.stableVersion === undefined || props.weights === undefined) return { id, props };
    const inputs = parseInputs(settingsOf(props));
    const client = await KubernetesClient.connect(inputs.kubeconfig);
    const weights = await liveWeights(routesOf(client, inputs), props as ReleaseOutputs);
    if (fingerprint(weights) !== fingerprint(props.weights)) {
      tell(`the route of ${inputs.service} has changed: ${show(weights)}; it was ${show(props.weights)}`);
    }
    return { id, props: { ...props, weights } };
  },

  delete: async (_id, props) => {
    const inputs = parseInputs(settingsOf(props));
    const client = await KubernetesClient.connect(inputs.kubeconfig);
    await untilDone(() => withdraw(client, inputs, tell));
  },
};

/** Every step of a release finds what was done already: one that the API server could not take is waited for and repeated. */
async function run(inputs: ReleaseInputs, isNew: boolean): Promise<ReleaseOutputs> {
  const client = await KubernetesClient.connect(inputs.kubeconfig);
  return untilDone(() => release(client, inputs, isNew, tell));
}

async function untilDone<T>(work: () => Promise<T>): Promise<T> {
  return (await patiently(work, { clock: systemClock, onNotice: tell })).answer;
}

/** Pulumi's wire format has no word for undefined: such members are left out. */
function plain(outs: Properties): Properties {
  return JSON.parse(JSON.stringify(outs)) as Properties;
}

function show(weights: Readonly<Record<string, number>>): string {
  const shares = Object.entries(weights).map(([version, weight]) => `${version} ${weight} %`);
  return shares.length === 0 ? "nothing" : shares.join(", ");
}

/** Whether the route, as last refreshed, is not the one the release left. */
function isDrifted({ winner, weights }: State): boolean {
  return winner !== undefined && weights !== undefined && weights[winner] !== 100;
}

function keyOf(olds: State): string | undefined {
  try {
    return releaseKey(parseInputs(settingsOf(olds)));
  } catch {
    return undefined; // settings of another version of Serin
  }
}

function reported(olds: State): Properties {
  const settings = settingsOf(olds);
  return Object.fromEntries(Object.entries(olds).filter(([key]) => !(key in settings) && !key.startsWith("__")));
}
