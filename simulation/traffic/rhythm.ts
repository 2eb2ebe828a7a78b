import type { Diurnal } from "./scenario";

/** What the request rate and the error rates are multiplied by, in the mean over a span of time. */
export interface Rhythm {
  readonly requests: number;
  readonly errors: number;
}

const STEADY: Rhythm = { requests: 1, errors: 1 };

/**
 * The mean of the daily rhythm from one moment to a later one, both in ms since the release began.
 *
 * @example rhythmBetween(0, 1000, { amplitude: 0.5, periodMs: 4000 }) // { requests: 1.318..., errors: 1 }: 1 + 1 / pi
 */
export function rhythmBetween(from: number, to: number, diurnal: Diurnal | undefined): Rhythm {
  if (diurnal === undefined) return STEADY;
  const { amplitude, periodMs, phase = 0, errorAmplitude = 0 } = diurnal;
  const angle = (time: number) => 2 * Math.PI * (time / periodMs + phase);
  const [start, end] = [angle(from), angle(to)];
  const wave = (Math.cos(start) - Math.cos(end)) / (end - start);
  return { requests: 1 + amplitude * wave, errors: 1 + errorAmplitude * wave };
}
