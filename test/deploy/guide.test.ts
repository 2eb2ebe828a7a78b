import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../cli/program";
import { Instruments } from "../../controller/instruments";
import { rolesOf } from "./manifests";

const guide = readFileSync(join(__dirname, "..", "..", "docs", "controller.md"), "utf8").replace(/ +/g, " ");
const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(", ");

describe("the controller's guide", () => {
  it("tells what each rule is for", () => {
    for (const { rules } of rolesOf("cluster/rbac.yaml")) {
      for (const { verbs, resources, resourceNames } of rules) {
        const only = resourceNames === undefined ? "" : `, only ${code(resourceNames)}`;
        const row = `| ${code(verbs)} | ${code(resources)}${only} | `;
        assert.ok(guide.includes(row), row);
      }
    }
  });

  it("has each flag", async () => {
    let help = "";
    const out = { isTerminal: false, write: (text: string) => void (help += text) };
    assert.equal(await run(["controller", "--help"], { out, err: out }), 0);
    const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag as string);
    assert.ok(flags.length > 5);
    for (const flag of flags.filter((name) => name !== "--help")) assert.ok(guide.includes(`| \`${flag}\``), flag);
  });

  it("has each metric, and no other", () => {
    const gauges = readFileSync(join(__dirname, "..", "..", "controller", "controller.ts"), "utf8");
    const named = [...gauges.matchAll(/gauge\("(\w+)"/g)].map(([, name]) => name as string);
    const counted = new Instruments().registry.getMetricsAsArray().map(({ name }) => name);
    const documented = [...guide.matchAll(/^\| `(serin_\w+)`/gm)].map(([, name]) => name as string);
    assert.deepEqual(documented.sort(), [...named, ...counted].sort());
  });
});
