import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pulumiEnvironment } from "../../../sandbox/cluster";
import { resolveToolchain } from "../../../sandbox/toolchain";
import { packageRoot } from "../../../sandbox/toolchain/packageRoot";
import { coldTimeoutMs, temporaryDir, timeoutMs } from "./support";

const program = `
import * as pulumi from "@pulumi/pulumi";
const provider: pulumi.dynamic.ResourceProvider = {
  async create({ question }: { question: number }) {
    console.log("a line from the provider");
    return { id: "one", outs: { answer: question + 1 } };
  },
};
class Sum extends pulumi.dynamic.Resource {
  declare readonly answer: pulumi.Output<number>;
  constructor(name: string, question: number) {
    super(provider, name, { question, answer: undefined });
  }
}
export const answer = new Sum("sum", 41).answer;
`;

describe("pulumi of the toolchain", function () {
  this.timeout(timeoutMs);
  const dir = temporaryDir();
  const project = join(dir, "project");
  let env: NodeJS.ProcessEnv = {};

  before(async function () {
    this.timeout(coldTimeoutMs);
    const toolchain = await resolveToolchain(() => undefined);
    env = pulumiEnvironment({ dir, kubeconfig: join(dir, "kubeconfig"), toolchain });
    mkdirSync(project);
    symlinkSync(join(packageRoot(), "node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: tiny\nruntime: nodejs\n");
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "tiny", main: "index.ts" }));
    const compilerOptions = { target: "es2022", module: "commonjs", strict: true, skipLibCheck: true, types: ["node"] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    writeFileSync(join(project, "index.ts"), program);
    pulumi("stack", "init", "dev");
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  function pulumi(...args: string[]): string {
    const { status, stdout, stderr } = spawnSync("pulumi", args, { cwd: project, env, encoding: "utf8" });
    assert.equal(status, 0, `pulumi ${args.join(" ")}:\n${stdout}\n${stderr}`);
    return stdout + stderr;
  }

  it("creates a dynamic resource, shows what the provider prints, and warns of nothing", () => {
    const printed = pulumi("up", "--yes", "--skip-preview");
    assert.match(printed, /a line from the provider/);
    assert.doesNotMatch(printed, /warning/);
    assert.deepEqual(JSON.parse(pulumi("stack", "output", "--json")), { answer: 42 });
  });

  it("changes nothing the second time", () => {
    assert.match(pulumi("up", "--yes", "--skip-preview"), /2 unchanged/);
  });

  it("removes it again", () => {
    assert.match(pulumi("destroy", "--yes", "--skip-preview"), /2 deleted/);
  });

  it("keeps its state and home in the sandbox's folder", () => {
    assert.ok(existsSync(join(dir, "pulumi", "backend", ".pulumi", "stacks", "tiny", "dev.json")));
    assert.ok(existsSync(join(dir, "pulumi", "home")));
  });
});
