import { AnalysisError } from "../engine/iter8";

/** Each criterion takes four queries, one after the other. */
export const MOST_CRITERIA = 100;
const DEEPEST_NESTING = 100;

/**
 * Refuses bodies whose analysis, or whose error message, would take too long.
 *
 * @throws {AnalysisError} when there are too many criteria, or values too deep inside of each other
 */
export function checkBodySize(body: unknown): void {
  if (isDeeperThan(DEEPEST_NESTING, body)) {
    throw new AnalysisError(`The request has more than ${DEEPEST_NESTING} levels of nested values`);
  }
  const count = criteriaCount(body);
  if (count > MOST_CRITERIA) {
    throw new AnalysisError(
      `'traffic_control.success_criteria' (${count} criteria) must have at most ${MOST_CRITERIA} criteria`,
    );
  }
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeperThan(levels - 1, member));
}

function criteriaCount(body: unknown): number {
  const criteria = memberOf(memberOf(body, "traffic_control"), "success_criteria");
  return Array.isArray(criteria) ? criteria.length : 0;
}

/** A member of a JSON value, if it is an object that has it. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
