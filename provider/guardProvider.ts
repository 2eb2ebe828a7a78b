import { randomUUID } from "node:crypto";
import { fingerprint } from "../adapters/fingerprint";
import { KubernetesClient } from "../adapters/kubernetes/client";
import { isTransient } from "../adapters/kubernetes/errors";
import { systemClock } from "../driver/world";
import { DEFAULTS, settingsOf } from "./inputs";
import type { Properties, ResourceProvider } from "./resourceProvider";
import { outlook } from "./outlook";
import { tell } from "./tell";
import { hasUnknown, InputError, parseInputs, validate, type InputFailure } from "./validation";
import { verify } from "./verify";
import { releaseKey } from "./version";
import { withdraw, type WithdrawInputs } from "./withdraw";

/** Set by the component while Pulumi only previews: what is not there yet may be by the time of the update. */
const PREVIEW = "preview";

/**
 * The resource that stands before the release: it refuses what cannot be released before anything is changed, and it
 * is in Pulumi's state from the first moment, so that `pulumi destroy` finds, and undoes, a release that was cut off
 * before Pulumi knew of it.
 */
export const guardProvider: ResourceProvider = {
  check: async (olds, news) => {
    const settings = settingsOf(news);
    const failures = [...validate(settings)];
    if (failures.length > 0 || hasUnknown(settings)) return { inputs: kept(settings, undefined), failures };
    const key = releaseKey(parseInputs(settings));
    if (olds["releaseKey"] === key) return { inputs: kept(settings, key), failures };
    const found = await verifyCluster(settings, news[PREVIEW] === true);
    return { inputs: kept(settings, key), failures: found };
  },

  diff: async (_id, olds, news) => {
    const moved = (["namespace", "service"] as const).filter((key) => olds[key] !== news[key]);
    const own = (all: Properties) =>
      fingerprint(
        Object.entries(all)
          .filter(([key]) => !key.startsWith("__"))
          .sort(),
      );
    return { changes: own(olds) !== own(news), replaces: moved, deleteBeforeReplace: true };
  },

  create: async (news) => ({ id: randomUUID(), outs: news }),
  update: async (_id, _olds, news) => ({ outs: news }),
  read: async (id, props) => ({ id, props }),

  delete: async (_id, props) => {
    const { kubeconfig, ...inputs } = props as unknown as WithdrawInputs & { kubeconfig?: string };
    const kept = await withdraw(await KubernetesClient.connect(kubeconfig), inputs, tell);
    if (kept.length > 0) {
      tell(`kept, because 'onDestroy' is keep: ${kept.join(", ")}, with the Service ${inputs.service} and its route`);
    }
  },
};

/** What the guard needs to undo a release; the rest is the release's own. */
function kept(settings: Properties, key: string | undefined): Properties {
  const { namespace = DEFAULTS.namespace, service, routingReference, kubeconfig } = settings;
  const { onDestroy = DEFAULTS.onDestroy, leaseDuration = DEFAULTS.leaseDuration } = settings;
  const all = { namespace, service, routingReference, kubeconfig, onDestroy, leaseDuration, releaseKey: key };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** What `pulumi preview` shows of the release to come. */
async function foretell(settings: Properties): Promise<void> {
  const inputs = parseInputs(settings);
  const client = await KubernetesClient.connect(inputs.kubeconfig);
  (await outlook(client, inputs, systemClock.now())).forEach(tell);
}

async function verifyCluster(settings: Properties, preview: boolean): Promise<InputFailure[]> {
  const inputs = parseInputs(settings);
  try {
    const failures = await verify(await KubernetesClient.connect(inputs.kubeconfig), inputs);
    if (preview && failures.length === 0) await foretell(settings);
    if (!preview || failures.length === 0) return [...failures];
    for (const { reason } of failures) tell(`will be refused unless it changes before the update: ${reason}`);
    return [];
  } catch (error) {
    if (error instanceof InputError) return [...error.failures];
    if (!preview || !isTransient(error)) throw error;
    tell(`the cluster cannot be asked now: ${(error as Error).message}`);
    return [];
  }
}
