import { z } from "zod";
import { DURATION_FORMAT, parseDuration } from "../../engine";

/** Kinds of values in a scenario file. Each one's message says what is allowed. */

/** A duration as text; milliseconds in the result. */
export const duration = z.string(`must be ${DURATION_FORMAT}`).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: `must be ${DURATION_FORMAT}`, input: text });
  return z.NEVER;
});

/** A number from 0 to 1. */
export const share = z
  .number("must be a number from 0 to 1")
  .min(0, "must be a number from 0 to 1")
  .max(1, "must be a number from 0 to 1");

/** Greater than 0. */
export const positive = z.number("must be a number").gt(0, "must be greater than 0");

/** At least 0. */
export const atLeastZero = z.number("must be a number").min(0, "must be at least 0");

/** Whole, 1 to 100: Istio's weights are whole percents. */
export const percent = z
  .int("must be a whole number from 1 to 100")
  .min(1, "must be a whole number from 1 to 100")
  .max(100, "must be a whole number from 1 to 100");

/** A probability that is neither 0 nor 1. */
export const risk = z
  .number("must be a number between 0 and 1")
  .gt(0, "must be greater than 0")
  .lt(1, "must be less than 1");

/** A number of something: whole, at least 1. */
export const atLeastOne = z.int("must be a whole number").min(1, "must be at least 1");
