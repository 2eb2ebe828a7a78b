import { InvalidArgumentError } from "commander";
import { DURATION_FORMAT, parseDuration } from "../../../engine/duration";
import type { Taint } from "./nodeObject";

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"] as const;

/** In ms. */
export function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORMAT}.`);
  return ms;
}

/** One more taint, `key=value:Effect` or `key:Effect`. */
export function taint(text: string, others: readonly Taint[] = []): Taint[] {
  const [, key = "", value, effect] = /^([^=:\s]+)(?:=([^:\s]*))?:(\w+)$/.exec(text) ?? [];
  const known = effects.find((one) => one === effect);
  if (known === undefined)
    throw new InvalidArgumentError(`It must be key=value:Effect, with the effect ${effects.join(", ")}.`);
  return [...others, { key, ...(value ? { value } : {}), effect: known }];
}

/** The first three parts of the pods' addresses, such as `127.1.0`. */
export function addressPrefix(text: string): string {
  const [, second, third] = /^127\.(\d{1,3})\.(\d{1,3})$/.exec(text) ?? [];
  const [n, m] = [Number(second ?? NaN), Number(third ?? NaN)];
  if (n >= 1 && n <= 255 && m <= 255) return `127.${n}.${m}`;
  throw new InvalidArgumentError("It must be 127.N.M, with N from 1 to 255 and M from 0 to 255.");
}
