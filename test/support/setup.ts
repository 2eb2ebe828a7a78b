import fc from "fast-check";

/**
 * Property tests draw the same cases in every run, so that none fails by chance in somebody else's change. To look
 * for new counterexamples, set SERIN_TEST_SEED to another number.
 */
fc.configureGlobal({ seed: Number(process.env["SERIN_TEST_SEED"] ?? 20201122) });
