import { checkedArgs, type Rules } from "./check";

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
  return checkedArgs(component, args, rules, `${field}.`);
}
