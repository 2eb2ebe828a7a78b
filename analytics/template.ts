import { fillTemplate, type Window } from "../adapters/prometheus";
import { AnalysisError } from "../engine/iter8";

/** What a query template is filled in with. */
export interface TemplateContext {
  readonly window: Window;
  /** Only the names are put into a query: as its grouping labels. The values are looked for in the answer. */
  readonly tags: Readonly<Record<string, unknown>>;
}

const PLACEHOLDERS = ["interval", "offset_str", "entity_labels"];
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

/**
 * Fills in a query template as Iter8 v0.1 does: `$interval`, `$offset_str` and `$entity_labels`, with braces around the
 * name or without, and `$$` for a `$`.
 *
 * @param member the template's dotted path in the request
 * @throws {AnalysisError} when there is another `$` in it, or a tag that is no label name, or text that is not Unicode
 */
export function fillQuery(template: string, member: string, { window, tags }: TemplateContext): string {
  if (LONE_SURROGATE.test(template)) throw new AnalysisError(`'${member}' is not valid Unicode text`);
  return template.replace(
    /\$(?:(\$)|([a-z_]\w*)|\{([a-z_]\w*)\})?/gi,
    (found, dollar?: string, bare?: string, braced?: string) => {
      if (dollar !== undefined) return "$";
      const name = bare ?? braced ?? "";
      if (!PLACEHOLDERS.includes(name)) throw new AnalysisError(unknownPlaceholder(found, member));
      return fillTemplate(`$${name}`, window, [labelsOnly(tags)]);
    },
  );
}

function unknownPlaceholder(found: string, member: string): string {
  const known = PLACEHOLDERS.map((name) => `$${name}`).join(", ");
  return `'${member}' has the placeholder '${found}', and may have only ${known}; a $ itself is written $$`;
}

/** The tags' names with no values, so that a value cannot get into a query by any placeholder. */
function labelsOnly(tags: TemplateContext["tags"]): Record<string, string> {
  const names = Object.keys(tags);
  const faulty = names.find((name) => !LABEL_NAME.test(name));
  if (faulty !== undefined) {
    throw new AnalysisError(`The tag ${JSON.stringify(faulty)} must be the name of a label: letters, digits and _`);
  }
  return Object.fromEntries(names.map((name) => [name, ""]));
}
