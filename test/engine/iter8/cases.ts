import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fillTemplate } from "../../../adapters/prometheus";
import { parseAnswer } from "../../../adapters/prometheus/queryResult";
import {
  queryWindow,
  readMetric,
  type Algorithm,
  type FullRequest,
  type Observations,
  type Reading,
  type VectorRow,
} from "../../../engine/iter8";

const FOLDER = join(__dirname, "../../fixtures/iter8/v0.1-analytics");

type Version = keyof Observations;
const VERSIONS = ["baseline", "candidate"] as const;

/** JSON as it is in the case files. */
export type Json = Readonly<Record<string, unknown>>;

export interface SingleCase {
  readonly endpoint: string;
  readonly request: Json;
  readonly prometheus: { readonly every_query_answers_with: string };
  readonly expected: { readonly body: unknown; readonly queries_in_order: readonly string[] };
}

export interface ChainCase {
  readonly endpoint: string;
  readonly request_template: Json;
  readonly iterations: readonly {
    readonly call: number;
    readonly observed: Readonly<Record<Version, { sample_size: number; latency: number; errors: number } | null>>;
    readonly candidate_traffic: number;
    readonly baseline_traffic: number;
    readonly summary: Json;
    readonly success_criteria: readonly Json[];
    readonly _last_state: Json;
  }[];
}

export interface ErrorCase {
  readonly endpoint: string;
  readonly request: Json;
  readonly expected: { readonly body: unknown };
}

export interface BayesianCase {
  readonly source: { readonly test: string };
  readonly endpoint: string;
  readonly request: Json;
  readonly prometheus: { readonly every_query_answers_with: string };
  readonly expected: {
    readonly candidate_traffic: Readonly<Record<"min" | "max" | "mean", number>>;
    readonly conclusions_seen: readonly (readonly string[])[];
    readonly all_success_criteria_met: boolean;
    readonly abort_experiment: boolean;
    readonly _last_state: Json;
  };
}

/** The names of all case files there are. */
export function caseNames(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ""));
}

export function readCase<T>(name: string): T {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as T;
}

export function algorithmOf({ endpoint }: { endpoint: string }): Algorithm {
  return endpoint.slice(endpoint.lastIndexOf("/") + 1) as Algorithm;
}

/** The rows with which Prometheus answers every query of a case. */
export function readRows({ every_query_answers_with: file }: SingleCase["prometheus"]): readonly VectorRow[] {
  const answer = parseAnswer(readFileSync(join(FOLDER, file), "utf8"), "Prometheus");
  if (answer.kind !== "vector") throw new Error(`${file} is not a vector`);
  return answer.rows;
}

/** The readings that follow from what Prometheus answers to each query. */
export function observe(request: FullRequest, now: number, answer: (promql: string) => readonly VectorRow[]) {
  const queries: string[] = [];
  const read = (version: Version, criterion: FullRequest["criteria"][number]): Reading => {
    const tags = request.tags[version];
    const window = queryWindow(request.times[version], now);
    const ask = (template: string) => {
      const promql = fillTemplate(template, window, [tags]);
      queries.push(promql);
      return answer(promql);
    };
    const [value, sampleSize] = [ask(criterion.valueTemplate), ask(criterion.sampleSizeTemplate)];
    return readMetric({ value, sampleSize }, tags, criterion.absentValue);
  };
  const pairs = request.criteria.map((criterion) => VERSIONS.map((version) => read(version, criterion)));
  const observations: Observations = {
    baseline: pairs.map(([baseline]) => baseline as Reading),
    candidate: pairs.map(([, candidate]) => candidate as Reading),
  };
  return { queries, observations };
}
