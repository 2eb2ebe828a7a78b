import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serin } from "./serin";

describe("cli: serin simulate", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "serin-simulate-"));
  });
  after(() => rm(folder, { recursive: true }));

  it("prints rates with intervals, times, harm and speed", async () => {
    const { code, out, err } = await serin("simulate --scenario broken --releases 20");
    assert.equal(code, 0);
    assert.match(out, /^broken: The candidate fails in 10 %/);
    assert.match(out, /rolledBack +│ +20 │ +100\.0 % │ +83\.9 % to 100\.0 % │ +\d+s \(/);
    assert.match(out, /[\d,]+ releases a second, seed 1\n$/);
    assert.equal(err, "");
    assert.ok(!out.includes("\u001b"));
  });

  it("prints the same as JSON, and the same again for the same seed", async () => {
    const first = await serin("simulate -s broken -n 10 --seed 3 -o json");
    const { releasesPerSecond, ...rest } = JSON.parse(first.out) as Record<string, unknown>;
    assert.ok((releasesPerSecond as number) > 0);
    const again = JSON.parse((await serin("simulate -s broken -n 10 --seed 3 -o json")).out) as Record<string, unknown>;
    assert.deepEqual({ ...again, releasesPerSecond: 0 }, { ...rest, releasesPerSecond: 0 });
    const { scenario, seed, releases, verdicts } = rest as {
      verdicts: Record<string, { count: number; seconds: unknown }>;
    } & Record<string, unknown>;
    assert.deepEqual([scenario, seed, releases, verdicts["rolledBack"]?.count], ["broken", 3, 10, 10]);
    assert.equal(verdicts["promoted"]?.seconds, null);
  });

  it("draws the first release of a scenario file", async () => {
    const [file, picture] = [join(folder, "mine.yaml"), join(folder, "mine.svg")];
    await writeFile(file, "traffic: { requestsPerSecond: 30, candidate: { errorRate: 0.2 } }");
    assert.equal((await serin(`simulate -s ${file} -n 1 --picture ${picture}`)).code, 0);
    assert.match(await readFile(picture, "utf8"), /^<svg .*Verdict: rolled back after .*<\/svg>\n$/s);
  });

  it("shows colours on a terminal, and removes its progress", async () => {
    const { out, err } = await serin("simulate -s broken -n 5", true);
    assert.ok(process.env["NO_COLOR"] || out.includes("\u001b["));
    assert.ok(err.endsWith("\r\u001b[K"));
  });

  it("lists its scenarios, and shows help with examples", async () => {
    const { code, out } = await serin("simulate --list");
    assert.equal(code, 0);
    assert.match(out, /^healthy +The candidate is as good/);
    assert.match(out, /^sticky-sessions /m);
    const help = await serin("simulate --help");
    assert.equal(help.code, 0);
    assert.match(help.out, /Examples:\n {2}serin simulate --list/);
  });

  const refused: readonly [string, RegExp][] = [
    ["simulate", /'--scenario' is missing/],
    ["simulate -s nowhere.yaml", /'--scenario': 'nowhere\.yaml' must be a file that can be read/],
    [
      "simulate -s broken -n 1.5",
      /'-n, --releases <number>' argument '1\.5' is invalid\. It must be a whole number, at least 1/,
    ],
    ["simulate -s broken --seed x", /'--seed <number>' argument 'x' is invalid/],
    [
      "simulate -s broken -o xml",
      /'-o, --output <format>' argument 'xml' is invalid\. Allowed choices are table, json/,
    ],
    ["simulate -s broken --fast", /unknown option '--fast'/],
    [
      "simulate -s broken -n 1 --picture /nowhere/x.svg",
      /'--picture' \(\/nowhere\/x\.svg\) must be a file that can be written/,
    ],
    ["divine", /unknown command 'divine'/],
  ];
  for (const [line, message] of refused) {
    it(`exits with 2 for: serin ${line}`, async () => {
      const { code, out, err } = await serin(line);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
    });
  }

  it("is a program", () => {
    const words = ["-r", "ts-node/register/transpile-only", "cli/main.ts", "simulate", "-s", "broken", "-n", "0"];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /argument '0' is invalid/);
  });
});
