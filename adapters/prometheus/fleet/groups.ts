import { BOUND } from "../buckets";
import type { CounterQuery } from "../counts";
import type { QueryFault } from "../queryResult";
import { labelFault } from "../rows";
import { fillSelector, fillWindow, type Window } from "../template";
import type { LabelledVersions } from "../versions";
import type { Answer, Labelled } from "./answer";
import { shapeOf, type Shape } from "./shape";

/** What one query can ask for several releases. */
export interface Group {
  readonly template: string;
  /** With all filled in but the selector. */
  readonly text: string;
  readonly shape: Shape;
  /** The labels that single out a version. */
  readonly names: readonly string[];
}

/** One release's place in a group, where it finds its answer. */
export class Cell<T extends Labelled> {
  answer: Answer<T> | undefined;

  constructor(
    readonly group: Group,
    readonly versions: LabelledVersions,
  ) {}

  /** What a query for this release alone would have been answered with; of other releases' rows, none. */
  rows(): { readonly kind: "rows"; readonly rows: readonly T[] } | QueryFault {
    const { answer } = this;
    if (answer === undefined) throw new Error(`Bug: nobody asked ${this.group.text}`);
    return answer.kind === "fault" ? answer : { kind: "rows", rows: answer.of(this.versions) };
  }

  /** What is wrong with the labels of its rows; with those of all, where a query of its own would have had all. */
  labelFault({ labels }: CounterQuery, own: readonly T[]): string | undefined {
    if (this.answer?.kind !== "rows" || this.group.shape.rows === "own") return labelFault(own, labels);
    return this.answer.labelFault(labels);
  }
}

/** What is asked as one expression: a group for some or all of its releases. */
export interface Part<T extends Labelled> {
  readonly group: Group;
  readonly cells: readonly Cell<T>[];
  readonly promql: string;
  /** How many rows are to be expected, about. */
  readonly rows: number;
}

/** Istio's histograms have 20 bounds; a few more do no harm. */
const ROWS_OF_HISTOGRAM = 24;
/** More names make a selector that Prometheus is slow to match. */
const MOST_CELLS = 400;

interface Members<T extends Labelled> {
  readonly group: Group;
  readonly cells: Cell<T>[];
  rowsPerVersion: number;
}

/** Finds out which queries of many releases are the same but for the versions. */
export class Groups<T extends Labelled> {
  private readonly members = new Map<string, Members<T>>();
  private readonly shapes = new Map<string, Shape>();

  /** The name of the group that a template belongs to, for these versions. Its place is taken by {@link join}. */
  nameOf(template: string, window: Window, versions: LabelledVersions): string {
    const names = Object.keys(versions.baseline);
    const text = fillWindow(template, window, names);
    const shape = this.shapes.get(template) ?? shapeOf(template, names);
    this.shapes.set(template, shape);
    const name = shape.rows === "mixed" ? `${JSON.stringify(versions)} ${text}` : text;
    if (!this.members.has(name)) {
      this.members.set(name, { group: { template, text, shape, names }, cells: [], rowsPerVersion: 1 });
    }
    return name;
  }

  /** @param query has a group's name as its PromQL */
  join({ promql: name, labels }: CounterQuery, versions: LabelledVersions): Cell<T> {
    const members = this.members.get(name);
    if (members === undefined) throw new Error(`Bug: there is no group ${name}`);
    const cell = new Cell<T>(members.group, versions);
    members.cells.push(cell);
    if (BOUND in labels) members.rowsPerVersion = ROWS_OF_HISTOGRAM;
    return cell;
  }

  /** All that is to be asked, in parts of about so many rows at most. */
  parts(mostRows: number): Part<T>[] {
    return [...this.members.values()].flatMap(({ group, cells, rowsPerVersion }) => {
      if (group.shape.rows !== "own") return cells.length === 0 ? [] : [partOf(group, cells, rowsPerVersion)];
      const most = Math.max(1, Math.min(MOST_CELLS, Math.floor(mostRows / (2 * rowsPerVersion))));
      const count = Math.ceil(cells.length / most);
      return Array.from({ length: count }, (_, i) =>
        partOf(group, cells.slice(i * most, (i + 1) * most), rowsPerVersion),
      );
    });
  }
}

function partOf<T extends Labelled>(group: Group, cells: readonly Cell<T>[], rowsPerVersion: number): Part<T> {
  const versions = cells.flatMap(({ versions: { baseline, candidate } }) => [baseline, candidate]);
  return { group, cells, promql: fillSelector(group.text, versions), rows: 2 * cells.length * rowsPerVersion };
}

/** Two smaller parts, or sets of parts; undefined when there is nothing to part. One template is parted last. */
export function halve<T extends Labelled>(parts: readonly Part<T>[]): readonly (readonly Part<T>[])[] | undefined {
  const [only] = parts;
  if (only === undefined) return undefined;
  const templates = [...new Set(parts.map(({ group }) => group.template))];
  if (templates.length > 1) {
    const first = new Set(templates.slice(0, Math.ceil(templates.length / 2)));
    return [true, false].map((isFirst) => parts.filter(({ group }) => first.has(group.template) === isFirst));
  }
  if (parts.length > 1) return inTwo(parts);
  if (only.cells.length === 1 || only.group.shape.rows !== "own") return undefined;
  const rowsPerVersion = only.rows / only.cells.length / 2;
  return inTwo(only.cells).map((cells) => [partOf(only.group, cells, rowsPerVersion)]);
}

function inTwo<T>(items: readonly T[]): readonly (readonly T[])[] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}
