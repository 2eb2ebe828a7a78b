/** One line of the report. */
export interface Row {
  /** What was going on, such as `round 1`. */
  readonly phase: string;
  readonly measure: string;
  readonly measured: string;
  /** What is aimed at; without it the number is only told. */
  readonly target?: string;
  /** Whether it is met; undefined when there is no target, or nothing was measured. */
  readonly met?: boolean;
}

/**
 * A line with a target that is a largest value.
 *
 * @param value what is compared; NaN or undefined when nothing was measured
 */
export function atMost(
  phase: string,
  measure: string,
  value: number | undefined,
  limit: number,
  texts: { readonly measured: string; readonly limit: string },
): Row {
  const known = value !== undefined && !Number.isNaN(value);
  return {
    phase,
    measure,
    measured: texts.measured,
    target: limit === 0 ? "0" : `≤ ${texts.limit}`,
    ...(known ? { met: value <= limit } : {}),
  };
}

/** A count that ought to be zero. */
export function none(phase: string, measure: string, count: number, detail = ""): Row {
  const measured = detail === "" || count === 0 ? String(count) : `${count} (${detail})`;
  return atMost(phase, measure, count, 0, { measured, limit: "0" });
}
