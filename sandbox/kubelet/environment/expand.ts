/**
 * Replaces `$(NAME)` by the variable's value, and `$$` by `$`. A reference to a variable that is not there stays as it is.
 */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:(\$)|\(([^)]*)\))/g, (whole, escaped: string | undefined, name: string | undefined) => {
    if (escaped !== undefined) return "$";
    return name !== undefined && Object.hasOwn(env, name) ? (env[name] ?? "") : whole;
  });
}
