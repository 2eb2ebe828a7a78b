import { isIP } from "node:net";

import { InvalidArgumentError } from "commander";

import { DURATION_FORMAT, parseDuration } from "../../engine/duration";
import { metricsPort } from "./metricsPage";

export function parseAddress(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError("It must be an IP address.");
  return text;
}

/** The empty text is the list of no port. */
export function parsePorts(text: string): readonly number[] {
  if (text === "") return [];
  return text.split(",").map((part) => {
    const port = /^\d+$/.test(part) ? Number(part) : NaN;
    if (port >= 1 && port <= 65_535 && port !== metricsPort) return port;
    throw new InvalidArgumentError(
      `"${part}" is no port; each must be a whole number from 1 to 65535, but for ${metricsPort} of the metrics.`,
    );
  });
}

/** Milliseconds. */
export function parseDrain(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORMAT}.`);
  return ms;
}
