import { ruleName } from "../adapters/istio/rules";
import type { ExperimentResource } from "../adapters/kubernetes/experiment/resource";
import { keyOf, type Key } from "../adapters/kubernetes/objectCache";

/** The kinds of objects, other than itself, that an experiment depends on. */
export type InvolvedKind = "service" | "deployment" | "virtualService" | "destinationRule" | "lease";

/** An object that experiments depend on, as text. */
function token(kind: InvolvedKind, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}

/** What only one experiment at a time may have a hand in: its Service, and its versions. */
export function claimsOf({ metadata: { namespace }, spec: { targetService } }: ExperimentResource): readonly string[] {
  const { name, baseline, candidate } = targetService;
  return [
    token("service", namespace, name),
    token("deployment", namespace, baseline),
    token("deployment", namespace, candidate),
  ];
}

function involvedIn(experiment: ExperimentResource): readonly string[] {
  const { metadata, spec } = experiment;
  const { namespace } = metadata;
  const rule = ruleName({ name: spec.targetService.name, namespace });
  return [
    ...claimsOf(experiment),
    token("virtualService", namespace, spec.routingReference?.name ?? rule),
    token("destinationRule", namespace, rule),
    token("lease", namespace, `serin-${metadata.name}`),
  ];
}

/** Which experiments that are not over yet depend on which objects. */
export class Involved {
  private readonly experiments = new Map<string, Set<Key>>();
  private readonly tokens = new Map<Key, readonly string[]>();

  /** Takes note of an experiment as it is now. */
  set(experiment: ExperimentResource): void {
    const key = keyOf(experiment);
    this.remove(key);
    const tokens = involvedIn(experiment);
    this.tokens.set(key, tokens);
    for (const one of tokens) {
      const keys = this.experiments.get(one) ?? new Set();
      this.experiments.set(one, keys.add(key));
    }
  }

  /** Forgets an experiment that is over, or gone. */
  remove(key: Key): void {
    for (const one of this.tokens.get(key) ?? []) {
      const keys = this.experiments.get(one);
      keys?.delete(key);
      if (keys?.size === 0) this.experiments.delete(one);
    }
    this.tokens.delete(key);
  }

  /** The experiments that depend on an object. */
  by(kind: InvolvedKind, namespace: string, name: string): readonly Key[] {
    return [...(this.experiments.get(token(kind, namespace, name)) ?? [])];
  }

  /** Other experiments that have a hand in the same Service, or the same versions. */
  rivalsOf(experiment: ExperimentResource): readonly Key[] {
    const own = keyOf(experiment);
    const keys = claimsOf(experiment).flatMap((claim) => [...(this.experiments.get(claim) ?? [])]);
    return [...new Set(keys)].filter((key) => key !== own);
  }

  keys(): Iterable<Key> {
    return this.tokens.keys();
  }

  /** How many experiments are not over. */
  get size(): number {
    return this.tokens.size;
  }
}
