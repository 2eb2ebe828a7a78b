import type { Behaviour, Quality } from "./annotations";
import type { Pod } from "./model";

interface Life {
  behaviour: Behaviour;
  readonly readySince: number;
  firstRequestAt: number | undefined;
}

/** What the mesh remembers of each pod that has been Ready, so that it can change its behaviour with time. */
export class PodLives {
  private readonly lives = new Map<string, Life>();

  /** To be called whenever a Ready pod is seen; only the first call sets the time that its warm-up counts from. */
  see(pod: Pod, behaviour: Behaviour, at: number): void {
    const life = this.lives.get(pod.uid);
    if (life === undefined) this.lives.set(pod.uid, { behaviour, readySince: at, firstRequestAt: undefined });
    else life.behaviour = behaviour;
  }

  forget(uid: string): void {
    this.lives.delete(uid);
  }

  /** How the pod treats a request that arrives at `at`. */
  serve(pod: Pod, at: number): Quality {
    const life = this.lives.get(pod.uid);
    if (life === undefined) throw new Error(`pod ${pod.namespace}/${pod.name} was never seen Ready`);
    life.firstRequestAt ??= at;
    return qualityAt(life.behaviour, at - life.readySince, at - life.firstRequestAt);
  }
}

/** The quality of a pod `sinceReadyMs` after it became Ready and `sinceFirstMs` after its first request. */
export function qualityAt(behaviour: Behaviour, sinceReadyMs: number, sinceFirstMs: number): Quality {
  const { quality, change, warmUpMs, warmUpFactor } = behaviour;
  const now = change !== undefined && sinceFirstMs >= change.afterMs ? change.quality : quality;
  if (sinceReadyMs >= warmUpMs) return now;
  return { ...now, p50Ms: now.p50Ms * warmUpFactor, p99Ms: now.p99Ms * warmUpFactor };
}
