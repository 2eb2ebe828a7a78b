import type { VersionValue } from "../../engine";
import type { Row } from "./queryResult";
import type { VersionLabels } from "./template";

/**
 * What is wrong with the labels of an answer's rows, or undefined when nothing is.
 *
 * A template that forgets `by ($entity_labels)`, or groups by more than that, has no row for any version. Read as "no
 * row", its metric would stand at the absent value, often 0, for ever: a candidate could fail without being seen to.
 */
export function labelFault(rows: readonly Pick<Row, "labels">[], version: VersionLabels): string | undefined {
  const names = Object.keys(version);
  const extra = rows.flatMap((row) => Object.keys(row.labels)).find((name) => !names.includes(name));
  if (extra !== undefined) return `its rows have the label ${extra}, beyond ${names.join(", ")}`;
  const complete = rows.length === 0 || rows.some((row) => names.every((name) => name in row.labels));
  return complete ? undefined : `its rows lack some of the labels ${names.join(", ")}`;
}

/** The value of the row that has exactly these labels; undefined without such a row. */
export function pick(rows: readonly Row[], version: VersionLabels): number | undefined {
  const wanted = Object.entries(version);
  const row = rows.find(
    ({ labels }) =>
      Object.keys(labels).length === wanted.length && wanted.every(([name, value]) => labels[name] === value),
  );
  return row?.value;
}

/**
 * What one version's numbers are worth.
 *
 * A version that had requests and has no row, or NaN, stands at the absent value: no error was counted because there was
 * none. Iter8 v0.1 does so even for a version that had no request; here it then has no value, because the lack of
 * traffic says nothing about errors. An infinite value is a division by zero, and never replaced.
 */
export function versionValue(
  value: number | undefined,
  sampleSize: number | undefined,
  absentValue: number | null,
): VersionValue {
  const samples = sampleSize !== undefined && Number.isFinite(sampleSize) ? Math.max(0, sampleSize) : 0;
  if (value === undefined || Number.isNaN(value)) {
    return { value: Math.floor(samples) > 0 ? absentValue : null, sampleSize: samples };
  }
  return { value: Number.isFinite(value) ? value : null, sampleSize: samples };
}
