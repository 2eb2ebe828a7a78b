import { checked, type Rules } from "./check";

/**
 * Checks the members of an argument that is an object. Unlike the object as a whole, each member that is known is checked at
 * once, and the object's own shape stays known.
 *
 * @param field name of the argument, with dots for members
 * @throws RunError naming the first member that is refused, its value and what is allowed
 */
export function checkedMembers<Args extends object>(
  component: string,
  field: string,
  args: Args,
  rules: Rules<Args>,
): Args {
  const members = Object.keys(rules) as (keyof Args & string)[];
  const entries = members.flatMap((member) => {
    const rule = rules[member];
    if (rule === undefined || args[member] === undefined) return [];
    return [[member, checked<unknown>(component, `${field}.${member}`, args[member], rule)]];
  });
  return { ...args, ...(Object.fromEntries(entries) as Partial<Args>) };
}
