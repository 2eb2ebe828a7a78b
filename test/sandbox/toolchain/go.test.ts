import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolchainError } from "../../../sandbox/toolchain/errors";
import { findGo, goEnvironment } from "../../../sandbox/toolchain/go";
import { explainFailure, runGo } from "../../../sandbox/toolchain/runGo";

describe("Go", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "serin-go-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** An environment whose go is this shell script. */
  function withGo(script: string): NodeJS.ProcessEnv {
    writeFileSync(join(folder, "go"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "go"), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin` };
  }
  const answering = (version: string): NodeJS.ProcessEnv =>
    withGo(`echo '{"GOVERSION": "${version}", "GOCACHE": "/c", "GOMODCACHE": "/m"}'`);

  it("is found with its caches", async () => {
    const go = await findGo("etcd", "1.26", answering("go1.26.8"));
    assert.deepEqual(go, { version: "go1.26.8", buildCache: "/c", moduleCache: "/m" });
  });

  it("that is missing is asked for", async () => {
    await assert.rejects(findGo("etcd", "1.26", { PATH: folder }), (error: ToolchainError) => {
      assert.equal(error.failure, "goMissing");
      assert.match(error.message, /^Go 1\.26 or newer is needed to build etcd, and there is no go on PATH: install /);
      assert.match(error.message, /or put etcd on PATH$/);
      return true;
    });
  });

  it("that is too old is named", async () => {
    await assert.rejects(findGo("etcd", "1.26", answering("go1.25.9")), (error: ToolchainError) => {
      assert.equal(error.failure, "goTooOld");
      assert.match(error.message, /the go on PATH is go1\.25\.9: install Go 1\.26 or newer/);
      return true;
    });
  });

  it("that is broken is told apart from one that is missing", async () => {
    await assert.rejects(findGo("etcd", "1.26", withGo("exit 3")), /"go env" failed/);
  });

  it("gets the user's settings, but for those that would change what is built", () => {
    const environment = goEnvironment({
      GOPROXY: "direct",
      GOFLAGS: "-mod=vendor -modcacherw  -modfile=x.mod -p=1",
      GOTOOLCHAIN: "auto",
      GOOS: "windows",
    });
    assert.equal(environment.GOPROXY, "direct");
    assert.equal(environment.GOFLAGS, "-modcacherw -p=1");
    assert.equal(environment.GOTOOLCHAIN, "local");
    assert.equal(environment.GOOS, process.platform);
  });

  const failures: [string, string, string, RegExp][] = [
    [
      "an unreachable proxy",
      "registryUnreachable",
      'go: downloading a v1\ngo: a@v1: Get "https://proxy.test/a": dial tcp: lookup proxy.test: no such host',
      /modules for etcd could not be fetched: go: a@v1: .*\n.*set GOPROXY/,
    ],
    ["a proxy that is off", "registryUnreachable", "go: module lookup disabled by GOPROXY=off", /GOPROXY/],
    ["a full disk", "diskFull", "link: write /tmp/x: no space left on device", /disk filled up while building etcd/],
    ["code that does not build", "buildFailed", "a.go:1:1: syntax error", /failed \(go ended with 1\):\n {2}a\.go:1:1/],
  ];
  for (const [what, failure, output, message] of failures) {
    it(`failing because of ${what} is explained`, () => {
      const error = explainFailure("etcd", "1", output, "/logs/etcd.log");
      assert.equal(error.failure, failure);
      assert.match(error.message, message);
      assert.match(error.message, /Full log: \/logs\/etcd\.log|\/logs\/etcd\.log/);
    });
  }

  it("is run with its output logged, and fails with the last lines of it", async () => {
    const env = withGo('if [ "$1" = fail ]; then echo "what is wrong" >&2; exit 2; fi; echo "printed"');
    const log = join(folder, "log");
    const command = { tool: "etcd", folder, log, temporary: folder, env };
    assert.equal((await runGo({ ...command, args: ["ok"] })).toString(), "printed\n");
    await assert.rejects(runGo({ ...command, args: ["fail"] }), /what is wrong/);
    assert.match(readFileSync(log, "utf8"), /go ok\n(.|\n)*what is wrong/);
  });

  it("is stopped when the work is interrupted", async () => {
    const env = withGo("exec sleep 600");
    mkdirSync(join(folder, "tmp"));
    const controller = new AbortController();
    const command = { tool: "etcd", args: ["build"], folder, log: join(folder, "log"), temporary: folder, env };
    const running = runGo({ ...command, signal: controller.signal });
    controller.abort(new Error("enough"));
    await assert.rejects(running, /enough/);
  });
});
