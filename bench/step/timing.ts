/** Times of many calls, in microseconds. */
export interface Timing {
  readonly median: number;
  readonly p95: number;
}

/**
 * Times calls of a function, one by one, over its arguments again and again.
 *
 * @param calls that are timed
 * @param warmUp calls before them, so that the compiler has done its work
 */
export function timeCalls<Argument>(
  call: (argument: Argument) => unknown,
  over: readonly Argument[],
  calls: number,
  warmUp: number,
): Timing {
  const times = new Float64Array(calls);
  for (let i = -warmUp; i < calls; i++) {
    const argument = over[(i + warmUp) % over.length] as Argument;
    const begun = process.hrtime.bigint();
    call(argument);
    const took = process.hrtime.bigint() - begun;
    if (i >= 0) times[i] = Number(took) / 1000;
  }
  times.sort();
  const at = (share: number): number => times[Math.min(calls - 1, Math.floor(share * calls))] ?? NaN;
  return { median: at(0.5), p95: at(0.95) };
}
