import { strictEqual, match } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { environmentText } from "../../../sandbox/cli/environment";
import { endSandboxAfterwards, sharedSandbox } from "../support/sharedSandbox";

describe("the sandbox's environment for a shell", function () {
  this.timeout(120_000);
  endSandboxAfterwards();

  it("lets the toolchain's pulumi work on the sandbox, in a state of its own", async () => {
    const { dir, kubeconfig } = await sharedSandbox();
    const text = await environmentText(dir, () => undefined);
    const shell = (command: string) =>
      execFileSync("sh", ["-c", `${text}\n${command}`], { encoding: "utf8", cwd: dir }).trim();
    strictEqual(shell('echo "$KUBECONFIG"'), kubeconfig);
    match(shell("pulumi version"), /^v\d+\./);
    match(shell("pulumi whoami --verbose"), new RegExp(`file://${join(dir, "pulumi")}`));
  });
});
