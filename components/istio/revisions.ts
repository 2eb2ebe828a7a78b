/**
 * The labels by which a namespace asks for sidecars.
 *
 * @param revision or revision tag; without one, or `""` or `"default"`, the default revision
 * @example injectionLabels("1-30-5") // { "istio.io/rev": "1-30-5" }
 */
export function injectionLabels(revision?: string): Record<string, string> {
  return isDefault(revision) ? { "istio-injection": "enabled" } : { "istio.io/rev": revision as string };
}

/** `istiod`, with the revision behind it. */
export function istiodName(revision: string): string {
  return revision === "" ? "istiod" : `istiod-${revision}`;
}

/** What Istio's own labels call a revision, which must not be empty there. */
export function revisionLabel(revision: string): string {
  return revision === "" ? "default" : revision;
}

function isDefault(revision: string | undefined): boolean {
  return revision === undefined || revision === "" || revision === "default";
}

/** Revisions that run, as the arguments name them. */
export interface Revisions {
  readonly newest: string;
  readonly previous: readonly string[];
  readonly fallback: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface RevisionArgs {
  readonly revision?: string;
  readonly previousRevisions?: readonly { readonly revision: string }[];
  readonly defaultRevision?: string;
  readonly revisionTags?: Readonly<Record<string, string>>;
}

/** The revisions, the one that is the default among them, and which other names they have. */
export function revisionsOf(args: RevisionArgs): Revisions {
  const newest = args.revision ?? "";
  const previous = (args.previousRevisions ?? []).map(({ revision }) => revision);
  const unnamed = [newest, ...previous].includes("");
  const fallback = args.defaultRevision ?? (unnamed ? "" : newest);
  // The control plane without a name answers for the default by itself.
  const tags = { ...(fallback === "" ? {} : { default: fallback }), ...args.revisionTags };
  return { newest, previous, fallback, tags };
}

/** @returns what is wrong with the revisions, as `field (value): what is allowed`; undefined if nothing */
export function revisionProblem(args: RevisionArgs): string | undefined {
  const { newest, previous, fallback, tags } = revisionsOf(args);
  const all = [newest, ...previous];
  const known = all.map((revision) => JSON.stringify(revision)).join(", ");
  const twice = previous.find((revision, index) => all.indexOf(revision) !== index + 1);
  if (twice !== undefined) {
    return `'previousRevisions' (${JSON.stringify(twice)}): must name each revision once, and not the one of 'revision'`;
  }
  if (!all.includes(fallback)) return `'defaultRevision' (${fallback}): must be one of ${known}`;
  if (all.includes("") && fallback !== "") {
    return `'defaultRevision' (${fallback}): must be "" as long as a control plane without a revision runs`;
  }
  const [tag, target] = Object.entries(tags).find(([, revision]) => !all.includes(revision)) ?? [];
  if (tag !== undefined) return `'revisionTags.${tag}' (${target}): must be one of ${known}`;
  const hidden = Object.keys(args.revisionTags ?? {}).find((name) => name === "default" || all.includes(name));
  if (hidden !== undefined) {
    return `'revisionTags.${hidden}' (${hidden}): must be neither "default", for which there is 'defaultRevision', nor a revision`;
  }
  return undefined;
}
