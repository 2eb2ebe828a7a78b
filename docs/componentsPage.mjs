// A plugin of TypeDoc: `npm run docs:components` writes docs/components.md with it. The pages that the Markdown plugin
// makes have a section for every class and every interface; this one has what a reader of the guide looks for: each
// component with its example, arguments and outputs, and then the types that these mention.
import { Converter, LiteralType, makeRecursiveVisitor, ReflectionKind, ReflectionType, UnionType } from "typedoc";
import { MarkdownTheme, ModuleRouter } from "typedoc-plugin-markdown";

const components = ["CanaryRelease", "Istio", "Prometheus", "Tekton", "CanaryController", "CanaryNamespace"];

const introduction = `# Components

<!-- Written by \`npm run docs:components\` from the comments in components/. Change those, not this page. -->

What the package \`serin\` has for Pulumi programs, with every argument, its default and every output:

${components.map((name) => `[${name}](#${name.toLowerCase()})`).join(" · ")}

An argument that is refused ends the program with an error that names it, its value and what is allowed. \`Input\` and
\`Output\` are Pulumi's. What has a guide of its own: [releases](release.md), [Prometheus](prometheus.md),
[the controller](controller.md).

The examples begin with:

\`\`\`ts
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ${components.join(", ")} } from "serin";
\`\`\``;

export function load(app) {
  app.renderer.defineRouter("components", ComponentsRouter);
  app.renderer.defineTheme("components", ComponentsTheme);
  app.converter.on(Converter.EVENT_RESOLVE, asInSource);
}

/** Puts the words that a member may be into the order of its declaration; the compiler's depends on all that it has read. */
function asInSource(context, member) {
  const source = context.getSymbolFromReflection(member)?.declarations?.[0]?.type?.getText();
  if (source === undefined) return;
  const place = ({ value }) => source.indexOf(JSON.stringify(value));
  member.type?.visit(
    makeRecursiveVisitor({
      union({ types }) {
        const isOfWords = types.every((one) => one instanceof LiteralType && place(one) >= 0);
        if (isOfWords) types.sort((one, other) => place(one) - place(other));
      },
    }),
  );
}

class ComponentsRouter extends ModuleRouter {
  /** For what has a heading only, so that no argument takes the anchor of a type with the same name. */
  buildAnchors(target, page) {
    if (target.parent?.isProject()) super.buildAnchors(target, page);
  }
}

class ComponentsTheme extends MarkdownTheme {
  render(page) {
    const context = this.getRenderContext(page);
    const named = (name) => page.project.getChildByName([name]);
    const sections = components.map((name) => componentSection(context, named(name), named(`${name}Args`)));
    return [introduction, ...sections, "## Types", ...typeSections(context, page.project, sections)].join("\n\n");
  }
}

function componentSection(context, component, args) {
  const isConstructor = (child) => child.kindOf(ReflectionKind.Constructor);
  const [{ parameters }] = component.children.find(isConstructor).signatures;
  const outputs = component.children.filter((child) => !isConstructor(child));
  const given = parameters.map(({ name, flags, defaultValue }) =>
    flags.isOptional || defaultValue ? `${name}?` : name,
  );
  return [
    `## ${component.name}`,
    comment(context, component),
    `### Arguments of ${component.name}`,
    `\`new ${component.name}(${given.join(", ")})\`, with these \`args\`:`,
    argumentTable(context, args),
    `### Outputs of ${component.name}`,
    table(
      ["Output", "Type", "Meaning"],
      outputs.map((output) => [`\`${output.name}\``, type(context, output), comment(context, output)]),
    ),
  ].join("\n\n");
}

/** A section for each type that a link leads to, in the order of the links: so every link leads somewhere. */
function typeSections(context, project, sections) {
  const byAnchor = new Map(project.children.map((child) => [context.router.getAnchor(child), child]));
  const made = new Map(components.map((name) => [context.router.getAnchor(project.getChildByName([name])), ""]));
  const waiting = [...sections];
  for (const text of waiting) {
    for (const [, anchor] of text.matchAll(/\]\(#([^)]+)\)/g)) {
      if (made.has(anchor)) continue;
      made.set(anchor, typeSection(context, byAnchor.get(anchor)));
      waiting.push(made.get(anchor));
    }
  }
  return [...made.values()].filter((text) => text !== "");
}

function typeSection(context, model) {
  return [`### ${model.name}`, comment(context, model), typeBody(context, model)].join("\n\n");
}

function typeBody(context, model) {
  if (model.children) return argumentTable(context, model);
  const shapes = model.type instanceof UnionType ? model.type.types.filter((one) => one instanceof ReflectionType) : [];
  if (shapes.length === 0) return type(context, model);
  return shapes.map(({ declaration }) => argumentTable(context, declaration)).join("\n\nor\n\n");
}

function argumentTable(context, { children, indexSignatures = [] }) {
  const hasDefaults = children.some((child) => defaultTag(child));
  const own = children.filter(({ inheritedFrom }) => inheritedFrom === undefined);
  const inherited = children.filter(({ inheritedFrom }) => inheritedFrom !== undefined);
  const rows = [...own, ...inherited, ...indexSignatures].map((member) => [
    `\`${member.kindOf(ReflectionKind.IndexSignature) ? "[field]" : member.name}\``,
    type(context, member),
    ...(hasDefaults ? [defaultOf(context, member)] : []),
    comment(context, member),
  ]);
  return table(["Name", "Type", ...(hasDefaults ? ["Default"] : []), "Meaning"], rows);
}

const defaultTag = ({ comment }) => comment?.getTag("@default");

function defaultOf(context, member) {
  const tag = defaultTag(member);
  if (tag === undefined)
    return member.flags.isOptional || member.kindOf(ReflectionKind.IndexSignature) ? "" : "_required_";
  const text = context.helpers.getCommentParts(tag.content).trim();
  const isLiteral = /^("[^"]*"|[\d.]+|true|false|\{.*\}|\[.*\])$/.test(text);
  return isLiteral ? `\`${text}\`` : text;
}

/** Without its default, which has a column of its own. */
function comment(context, model) {
  const shown = model.comment?.clone();
  shown?.removeTags("@default");
  return shown === undefined ? "" : context.partials.comment(shown, { headingLevel: 3 });
}

/** In one piece of code, unless there is a link in it. */
function type(context, model) {
  const text = context.partials
    .someType(model.type)
    .replaceAll("OutputInstance", "Output")
    .replaceAll("pulumi.Input", "Input")
    .replace(/\s+/g, " ");
  return text.includes("](#") ? text : `\`${text.replace(/[`\\]/g, "")}\``;
}

function table(headers, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => cell.replace(/\s+/g, " ").replace(/(?<!\\)\|/g, "\\|")).join(" | ")} |`;
  return [line(headers), line(headers.map(() => "---")), ...rows.map(line)].join("\n");
}
