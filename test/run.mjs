// `npm test`: the unit tests, which take seconds; then the integration tests, two files at a time, each on a cluster of
// its own, first with simulated traffic and then, those of releases, with real requests through Envoy. These wait most of
// the time, so the Monte Carlo tests of the statistics, which only compute, run beside them at the lowest priority. Ends
// with one line for all.
import { spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import process from "node:process";

const twoAtATime = ["--parallel", "--jobs", "2"];
const unit = { name: "unit tests", args: ["test/!(integration|montecarlo)/**/*.test.ts"] };
const monteCarlo = { name: "Monte Carlo tests", args: [...twoAtATime, "test/montecarlo/*.test.ts"], isSilent: true };
const integration = [
  { name: "integration tests", args: [...twoAtATime, "test/integration/**/*.test.ts"] },
  {
    name: "integration tests of releases, through Envoy",
    args: [...twoAtATime, "--ignore", "test/integration/badInputs.test.ts", "test/integration/*.test.ts"],
    env: { SERIN_TEST_DATA_PLANE: "envoy" },
  },
];

/** Runs mocha, passing its output on, or keeping it to the end where asked to. Resolves with what its closing line counts. */
function mocha({ name, args, env = {}, isSilent = false }) {
  const title = `\n=== ${name}\n`;
  if (!isSilent) process.stdout.write(title);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["node_modules/mocha/bin/mocha.js", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    if (isSilent) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      if (!isSilent) process.stdout.write(text);
      output += text;
    });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
    child.once("error", reject);
    child.once("close", (code) => {
      if (isSilent) process.stdout.write(title + output);
      const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [undefined, 0, 0];
      // A run that broke off before it could count has failed, whatever it counted.
      const broke = code !== 0 && Number(failed) === 0;
      resolve({ passed: Number(passed), failed: Number(failed) + (broke ? 1 : 0) });
    });
  });
}

/** Builds what is not there yet: on a new machine that takes longer than any test may. */
function toolchain() {
  process.stdout.write("\n=== programs of the sandbox\n");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["dist/sandbox/toolchain/main.js"], { stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
    child.once("error", reject);
    child.once("close", (code) => resolve(code));
  });
}

async function oneByOne(runs) {
  const results = [];
  for (const run of runs) results.push(await mocha(run));
  return results;
}

const results = [await mocha(unit)];
// Without the programs each integration test fails by itself, and says why.
await toolchain();
results.push(...(await Promise.all([oneByOne(integration), mocha(monteCarlo)])).flat());
const sum = (of) => results.reduce((total, result) => total + result[of], 0);
process.stdout.write(`\n=== all tests\n${sum("passed")} passed, ${sum("failed")} failed\n`);
process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
