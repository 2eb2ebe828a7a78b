import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { moduleFolder } from "./cache";
import { goEnvironment } from "./go";
import { tools } from "./tools";

const platforms = ["linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"];

/** Completes every go.sum for every supported platform, since each compiles other packages. */
export async function pinModules(report: (line: string) => void): Promise<void> {
  for (const { name, recipe, ...tool } of tools) {
    if (recipe.kind === "copy") continue;
    for (const platform of platforms) {
      const [GOOS, GOARCH] = platform.split("/");
      await promisify(execFile)("go", ["list", "-mod=mod", "-deps", recipe.package], {
        cwd: moduleFolder({ name, recipe, ...tool }),
        env: { ...goEnvironment(), GOOS, GOARCH },
        maxBuffer: 64 * 1024 * 1024,
      });
    }
    report(`pinned ${name}`);
  }
}
