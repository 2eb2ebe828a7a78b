import { reporters, Runner, type MochaOptions } from "mocha";

/** Mocha's spec reporter, closed by the one line that a script can read. */
class SummaryReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      setImmediate(() => process.stdout.write(`\n${passes} passed, ${failures} failed\n`));
    });
  }
}

export = SummaryReporter;
