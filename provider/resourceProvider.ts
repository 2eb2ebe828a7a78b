/** Properties of a resource as the engine hands them over: plain JSON. */
export type Properties = Readonly<Record<string, unknown>>;

/** The methods of a dynamic provider that Serin uses, with every failure as Pulumi wants it. */
export interface ResourceProvider {
  readonly check: (
    olds: Properties,
    news: Properties,
  ) => Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  readonly diff: (
    id: string,
    olds: Properties,
    news: Properties,
  ) => Promise<{ changes: boolean; replaces?: string[]; deleteBeforeReplace?: boolean }>;
  readonly create: (news: Properties) => Promise<{ id: string; outs: Properties }>;
  readonly update: (id: string, olds: Properties, news: Properties) => Promise<{ outs: Properties }>;
  readonly read: (id: string, props: Properties) => Promise<{ id: string; props: Properties }>;
  readonly delete: (id: string, props: Properties) => Promise<void>;
}
