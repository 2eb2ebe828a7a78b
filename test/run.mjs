// `npm test`: the unit tests, which take seconds; the Monte Carlo tests of the statistics, minutes; then the integration
// tests, two files at a time, each on a cluster of its own. Ends with one line for all.
import { spawn } from "node:child_process";
import process from "node:process";

const runs = [
  { name: "unit tests", args: ["test/!(integration|montecarlo)/**/*.test.ts"] },
  { name: "Monte Carlo tests", args: ["--parallel", "--jobs", "2", "test/montecarlo/*.test.ts"] },
  { name: "integration tests", args: ["--parallel", "--jobs", "2", "test/integration/**/*.test.ts"] },
];

/** Runs mocha, passing its output on. Resolves with what its closing line counts. */
function mocha(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["node_modules/mocha/bin/mocha.js", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let tail = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      tail = (tail + text).slice(-200);
    });
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => child.kill(signal));
    child.once("error", reject);
    child.once("close", (code) => {
      const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(tail) ?? [undefined, 0, 0];
      // A run that broke off before it could count has failed, whatever it counted.
      const broke = code !== 0 && Number(failed) === 0;
      resolve({ passed: Number(passed), failed: Number(failed) + (broke ? 1 : 0) });
    });
  });
}

const total = { passed: 0, failed: 0 };
for (const { name, args } of runs) {
  process.stdout.write(`\n=== ${name}\n`);
  const { passed, failed } = await mocha(args);
  total.passed += passed;
  total.failed += failed;
}
process.stdout.write(`\n=== all tests\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
