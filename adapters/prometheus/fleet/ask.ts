import { malformed, type QueryFault } from "../queryResult";
import { AnswerRows, type Answer, type Labelled } from "./answer";
import { halve, type Part } from "./groups";
import type { Suspects } from "./suspects";
import { splitUnion, unionOf } from "./union";

/** Sends one query. */
export type Send<T extends Labelled> = (
  promql: string,
) => Promise<{ readonly kind: "rows"; readonly rows: readonly T[] } | QueryFault>;

export interface AskOptions<T extends Labelled> {
  readonly send: Send<T>;
  readonly suspects: Suspects;
  /** ms since 1970. */
  readonly now: number;
  /** A query is answered with about so many rows at most. */
  readonly mostRows: number;
}

const MOST_PARTS = 500;
const LONGEST_QUERY = 256 * 1024;
/** What `unionOf` adds to an expression. */
const AROUND_PART = 64;
/** Queries that may be spent on finding out what is wrong with templates that were trusted. */
const MOST_EXTRA = 24;
/** Suspects that are asked; the others have their turn later, and their last fault until then. */
const MOST_SUSPECTS = 3;
/** Queries for all suspects; each has one at least. */
const MOST_FOR_SUSPECTS = 6;

/**
 * Asks for all parts with few queries, and gives each cell its answer.
 *
 * A fault that lies in the world is everybody's. One that may lie in a single template is not: the parts of a query that
 * failed so are asked again by halves, and the template that is to blame is asked apart from then on.
 */
export async function askAll<T extends Labelled>(parts: readonly Part<T>[], options: AskOptions<T>): Promise<void> {
  const { suspects, now, mostRows } = options;
  const trusted: Part<T>[] = [];
  const doubted = new Map<string, Part<T>[]>();
  for (const part of parts) {
    const { template, shape } = part.group;
    if (shape.isClosed && suspects.faultOf(template, now) === undefined) trusted.push(part);
    else doubted.set(template, [...(doubted.get(template) ?? []), part]);
  }
  const asking = new Asking(options);
  for (const chunk of chunksOf(trusted, mostRows)) await asking.ask(chunk);
  const inTurn = suspects.inTurn([...doubted.keys()]).map((template) => ({
    template,
    parts: doubted.get(template) ?? [],
    last: suspects.faultOf(template, now) ?? malformed("the query was not asked, too many others failed"),
  }));
  for (const { parts: own, last } of inTurn.slice(MOST_SUSPECTS)) settle(own, last);
  const chosen = inTurn.slice(0, MOST_SUSPECTS);
  for (const { template } of chosen) suspects.asked(template);
  await asking.askSuspects(chosen);
}

class Asking<T extends Labelled> {
  /** What is wrong with the world. */
  private down: QueryFault | undefined;
  private extra = MOST_EXTRA;

  constructor(private readonly options: AskOptions<T>) {}

  async ask(parts: readonly Part<T>[]): Promise<void> {
    const fault = await this.askOnce(parts);
    if (fault === undefined) return;
    if (parts.length > 1 && !(await this.answersAnything())) {
      this.down = fault;
      settle(parts, fault);
      return;
    }
    await this.askByHalves(parts, fault);
  }

  async askSuspects(
    suspects: readonly { readonly parts: readonly Part<T>[]; readonly last: QueryFault }[],
  ): Promise<void> {
    this.extra = MOST_FOR_SUSPECTS;
    for (const { parts, last } of suspects) {
      this.extra = Math.max(1, this.extra);
      for (const chunk of chunksOf(parts, this.options.mostRows)) await this.askAgain(chunk, last);
    }
  }

  /** @returns the fault that may lie in one of the parts; undefined when all have their answers */
  private async askOnce(parts: readonly Part<T>[]): Promise<QueryFault | undefined> {
    const result = this.down ?? (await this.send(parts));
    if (result.kind === "split") {
      for (const [i, { group, cells }] of parts.entries()) {
        const answer = new AnswerRows(result.rows[i] ?? [], group.names);
        for (const cell of cells) cell.answer = answer;
      }
      return undefined;
    }
    if (result !== this.down && (result.fault === "refused" || result.fault === "malformed")) return result;
    this.down = result;
    settle(parts, result);
    return undefined;
  }

  private async send(
    parts: readonly Part<T>[],
  ): Promise<{ readonly kind: "split"; readonly rows: readonly (readonly T[])[] } | QueryFault> {
    const [only] = parts;
    // By itself a query is asked as it is, and its fault is told in its own words.
    const isAlone = parts.length === 1 && only !== undefined;
    const result = await this.options.send(isAlone ? only.promql : unionOf(parts.map(({ promql }) => promql)));
    if (result.kind === "fault") return result;
    const rows = isAlone ? [result.rows] : splitUnion(result.rows, parts.length);
    return rows === undefined ? malformed("Prometheus answered with rows of no query") : { kind: "split", rows };
  }

  private async answersAnything(): Promise<boolean> {
    this.extra -= 1;
    return (await this.options.send("vector(1)")).kind === "rows";
  }

  private async askByHalves(parts: readonly Part<T>[], fault: QueryFault): Promise<void> {
    const { suspects, now } = this.options;
    const templates = new Set(parts.map(({ group }) => group.template));
    if (templates.size === 1) for (const template of templates) suspects.add(template, fault, now);
    const halves = halve(parts);
    if (halves === undefined) settle(parts, fault);
    else for (const half of halves) await this.askAgain(half, fault);
  }

  private async askAgain(parts: readonly Part<T>[], last: QueryFault): Promise<void> {
    if (parts.length > 1 && parts.some(({ group }) => !group.shape.isClosed)) {
      for (const part of parts) await this.askAgain([part], last);
      return;
    }
    if (this.down === undefined && this.extra <= 0) {
      settle(parts, last);
      return;
    }
    this.extra -= 1;
    const fault = await this.askOnce(parts);
    if (fault !== undefined) await this.askByHalves(parts, fault);
  }
}

function settle<T extends Labelled>(parts: readonly Part<T>[], answer: Answer<T>): void {
  for (const { cells } of parts) for (const cell of cells) cell.answer = answer;
}

function chunksOf<T extends Labelled>(parts: readonly Part<T>[], mostRows: number): Part<T>[][] {
  const chunks: Part<T>[][] = [];
  let chunk: Part<T>[] = [];
  let [length, rows] = [0, 0];
  for (const part of parts) {
    const ownLength = part.promql.length + AROUND_PART;
    const isFull = chunk.length >= MOST_PARTS || length + ownLength > LONGEST_QUERY || rows + part.rows > mostRows;
    if (chunk.length === 0 || isFull) {
      chunk = [];
      chunks.push(chunk);
      [length, rows] = [0, 0];
    }
    chunk.push(part);
    length += ownLength;
    rows += part.rows;
  }
  return chunks;
}
