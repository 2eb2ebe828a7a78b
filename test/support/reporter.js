// Mocha's spec reporter, closed by the one line that a script can read.
const { reporters, Runner } = require("mocha");

module.exports = class SummaryReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      setImmediate(() => process.stdout.write(`\n${passes} passed, ${failures} failed\n`));
    });
  }
};
