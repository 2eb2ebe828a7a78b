import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { tmpdir } from "node:os";

import { runEnvoy } from "../../../sandbox/dataplane/envoy";
import { eventually } from "./fakeVegeta";

/** Writes to /dev/stdout as Envoy does, by its name, and goes on until SIGTERM if there is a file `goes-on`. */
const script = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
echo "$$" >> started
trap 'exit 0' TERM
echo "a line of $$" >> /dev/stdout
while [ -e goes-on ]; do sleep 0.02; done
exit 3
`;

(process.platform === "linux" ? describe : () => undefined)("running an Envoy", () => {
  let folder: string;
  let logged: string[];
  let lines: string[];
  let stop: AbortController;
  let done: Promise<void>;
  const { PATH = "" } = process.env;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "serin-envoy-"));
    logged = [];
    lines = [];
    stop = new AbortController();
    writeFileSync(join(folder, "envoy"), script, { mode: 0o755 });
    writeFileSync(join(folder, "goes-on"), "");
  });
  afterEach(async () => {
    process.env["PATH"] = PATH;
    stop.abort();
    await done;
    rmSync(folder, { recursive: true, maxRetries: 10 });
  });

  function run(): void {
    done = runEnvoy({
      name: "gateway",
      envoy: join(folder, "envoy"),
      configFile: join(folder, "gateway.json"),
      config: { node: 1 },
      onLine: (line) => lines.push(line),
      log: (message) => logged.push(message),
      signal: stop.signal,
    });
  }

  const starts = (): string[] =>
    existsSync(join(folder, "started")) ? readFileSync(join(folder, "started"), "utf8").trim().split("\n") : [];
  const untilLines = (count: number) =>
    eventually(
      () => lines,
      ({ length }) => length === count,
      `${count} lines`,
    );

  it("passes on what it writes, and ends it when the signal aborts", async () => {
    run();
    await untilLines(1);
    stop.abort();
    await done;
    const [pid = ""] = starts();
    assert.deepEqual(lines, [`a line of ${pid}`]);
    assert.throws(() => process.kill(Number(pid), 0), /ESRCH/);
    assert.deepEqual(logged, []);
    assert.equal(readFileSync(join(folder, "gateway.json"), "utf8"), '{"node":1}');
  });

  it("starts it again when it ends, and tells so", async () => {
    rmSync(join(folder, "goes-on"));
    run();
    await eventually(
      () => logged,
      ({ length }) => length > 0,
      "its end is told",
    );
    writeFileSync(join(folder, "goes-on"), "");
    await untilLines(2);
    assert.deepEqual(logged, ["Envoy gateway has ended (3); starting it again"]);
  });

  for (const there of [[], ["mkfifo"]]) {
    it(`tries again when it cannot be started, with only ${there.join() || "nothing"} on PATH`, async () => {
      const found = there.map(
        (name) =>
          PATH.split(delimiter)
            .map((one) => join(one, name))
            .find(existsSync) ?? name,
      );
      mkdirSync(join(folder, "bin"));
      for (const file of found) symlinkSync(file, join(folder, "bin", "mkfifo"));
      process.env["PATH"] = join(folder, "bin");
      run();
      await eventually(
        () => logged,
        ({ length }) => length > 0,
        "the failure is told",
      );
      process.env["PATH"] = PATH;
      await untilLines(1);
      const lacking = there.length === 0 ? "mkfifo" : "setpriv";
      assert.match(
        logged[0] ?? "",
        new RegExp(`^Envoy gateway has ended \\(.*spawn.* ${lacking} ENOENT\\); starting it again$`),
      );
    });
  }
});
