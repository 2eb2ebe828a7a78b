import type { V1Pod, V1ServiceAccountTokenProjection } from "@kubernetes/client-node";

import type { Token, VolumeApi } from "./api";

const defaultSeconds = 3600;
/** A token is renewed when this part of its life is over, or after a day. */
const freshPart = 0.8;
const freshMs = 24 * 60 * 60_000;

/** The tokens of one pod. */
export class TokenKeeper {
  private readonly tokens = new Map<string, Token & { readonly renewAt: number }>();

  /** @param now time in ms since the epoch */
  constructor(private readonly now: () => number) {}

  /** When the first token is to be renewed, in ms since the epoch; undefined where there is none. */
  get dueAt(): number | undefined {
    const times = [...this.tokens.values()].map(({ renewAt }) => renewAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The token for this projection, a new one where the last one is due. */
  async current(
    { audience, expirationSeconds = defaultSeconds }: V1ServiceAccountTokenProjection,
    { pod, api }: { readonly pod: V1Pod; readonly api: VolumeApi },
  ): Promise<string> {
    const key = JSON.stringify([audience, expirationSeconds]);
    const now = this.now();
    const held = this.tokens.get(key);
    if (held && now < held.renewAt) return held.token;
    try {
      const fresh = await api.requestToken(pod, audience, expirationSeconds);
      const life = fresh.expiresAt.getTime() - now;
      this.tokens.set(key, { ...fresh, renewAt: now + Math.min(life * freshPart, freshMs) });
      return fresh.token;
    } catch (error) {
      throw new Error(`failed to fetch token: ${(error as Error).message}`, { cause: error });
    }
  }
}
