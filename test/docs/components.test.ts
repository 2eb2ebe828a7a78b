import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { format, resolveConfig } from "prettier";
import { compilationErrors } from "./compile";
import { defaultOf, exampleOf, membersOf, type Reflection, textOf } from "./reflection";

const components = ["CanaryRelease", "Istio", "Prometheus", "Tekton", "CanaryController", "CanaryNamespace"];
const page = "docs/components.md";
const typedoc = ["node_modules/typedoc/bin/typedoc", "--options", "docs/typedoc.json", "--logLevel", "Warn"];

describe("The page on the components", function () {
  // TypeDoc and the compiler read the types of all of @pulumi/kubernetes.
  this.timeout(120_000);

  let fresh: string;
  let all: readonly Reflection[];

  before(async () => {
    const folder = await mkdtemp(join(tmpdir(), "serin-docs-"));
    try {
      const json = join(folder, "components.json");
      await promisify(execFile)(process.execPath, [...typedoc, "--out", folder, "--json", json]);
      fresh = await readFile(join(folder, "components.md"), "utf8");
      all = (JSON.parse(await readFile(json, "utf8")) as Reflection).children ?? [];
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const named = (name: string): Reflection => {
    const found = all.find((one) => one.name === name);
    assert(found, `components/ exports no ${name}`);
    return found;
  };

  it("is what the comments say", async () => {
    const formatted = await format(fresh, { ...(await resolveConfig(page)), filepath: page });
    const isSame = formatted === (await readFile(page, "utf8"));
    assert(isSame, `${page} differs from the comments in components/: run npm run docs:components`);
  });

  it("has each component with its example, arguments and outputs, and then the types", () => {
    const headings = [...fresh.matchAll(/^##? (.*)$/gm)].map(([, text]) => text);
    assert.deepEqual(headings, ["Components", ...components, "Types"]);
    for (const name of components) {
      const section = fresh.split(`\n## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
      const parts = [...section.matchAll(/^### (.*)$/gm)].map(([, text]) => text);
      assert.deepEqual(parts, ["Example", `Arguments of ${name}`, `Outputs of ${name}`]);
      for (const { name: argument } of membersOf(named(`${name}Args`))) assert.match(section, row(argument));
    }
  });

  it("has a place for each of its links", () => {
    const anchors = [...fresh.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => text.toLowerCase().replaceAll(" ", "-"));
    const links = [...fresh.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = ""]) => anchor);
    assert(links.length > components.length);
    assert.deepEqual(
      links.filter((link) => anchors.filter((anchor) => anchor === link).length !== 1),
      [],
    );
  });

  it("has nothing of Pulumi's own members, and no places in sources", () => {
    assert.doesNotMatch(fresh, /getProvider|isInstance|\burn\b|Defined in|Inherited|Overrides|node_modules/);
  });

  it("describes every component, argument, output and type", () => {
    const described = shownTypes().flatMap((model) => [
      ...(textOf(model) === "" ? [model.name] : []),
      ...membersOf(model)
        .filter((member) => textOf(member) === "")
        .map((member) => `${model.name}.${member.name}`),
    ]);
    assert.deepEqual(described, [], "without a description");
  });

  it("tells the default of every argument that may be left out", () => {
    const silent = shownTypes()
      .filter(({ name }) => !["CriterionResult", "ReleasePlan"].includes(name))
      .flatMap((model) =>
        membersOf(model)
          .filter((member) => member.flags?.isOptional === true && defaultOf(member) === "")
          .map((member) => `${model.name}.${member.name}`),
      );
    assert.deepEqual(silent, [], "without @default");
  });

  it("has examples that compile", () => {
    const examples = Object.fromEntries(components.map((name) => [name, `${header}\n${exampleOf(named(name))}`]));
    const wrong = `${header}\nnew Prometheus("prometheus", { replicas: "many" });`;
    const { control, ...errors } = compilationErrors({ ...examples, control: wrong });
    assert.deepEqual(errors, Object.fromEntries(components.map((name) => [name, []])));
    assert.match(control?.join() ?? "", /'string' is not assignable to type 'Input<number> \| undefined'/);
  });

  function shownTypes(): readonly Reflection[] {
    const parts = /^(Example|Types|Arguments of .*|Outputs of .*)$/;
    const headings = [...fresh.matchAll(/^###? (.*)$/gm)].map(([, text = ""]) => text);
    const names = headings.filter((text) => !parts.test(text));
    return [...names, ...components.map((name) => `${name}Args`)].map(named);
  }

  const header = `
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ${components.join(", ")} } from "serin";`;
});

function row(name: string): RegExp {
  return new RegExp(`^\\| \`${name}\` `, "m");
}
