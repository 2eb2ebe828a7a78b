import type { QueryFault } from "../queryResult";
import { labelFault } from "../rows";
import type { VersionLabels } from "../template";
import type { LabelledVersions } from "../versions";

/** A row or a series. */
export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** The rows that one query was answered with, by version. Rows of nobody who asked do no harm. */
export class AnswerRows<T extends Labelled> {
  readonly kind = "rows";
  private readonly byVersion = new Map<string, T[]>();
  /** Rows that lack some of the versions' labels, so that nobody knows whose they are. */
  private readonly incomplete: T[] = [];
  private readonly faults = new Map<string, string | undefined>();

  /** @param names the versions' labels */
  constructor(
    readonly rows: readonly T[],
    private readonly names: readonly string[],
  ) {
    for (const row of rows) {
      const key = this.keyOf(row.labels);
      if (key === undefined) {
        this.incomplete.push(row);
        continue;
      }
      const others = this.byVersion.get(key);
      if (others === undefined) this.byVersion.set(key, [row]);
      else others.push(row);
    }
  }

  /** What a query for these versions alone would have been answered with. */
  of({ baseline, candidate }: LabelledVersions): readonly T[] {
    const keys = new Set([this.keyOf(baseline), this.keyOf(candidate)]);
    return [...[...keys].flatMap((key) => this.byVersion.get(key ?? "") ?? []), ...this.incomplete];
  }

  /** What is wrong with the labels of all rows, see {@link labelFault}. */
  labelFault(labels: VersionLabels): string | undefined {
    const key = Object.keys(labels).join();
    if (!this.faults.has(key)) this.faults.set(key, labelFault(this.rows, labels));
    return this.faults.get(key);
  }

  private keyOf(labels: Labelled["labels"]): string | undefined {
    const values = this.names.map((name) => labels[name]);
    return values.includes(undefined) ? undefined : JSON.stringify(values);
  }
}

export type Answer<T extends Labelled> = AnswerRows<T> | QueryFault;
