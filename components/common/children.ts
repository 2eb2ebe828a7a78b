import type * as pulumi from "@pulumi/pulumi";

/**
 * Options of a component's child. Provider, transformations, protection and aliases come down from the parent by
 * themselves; what the component depends on does not, so that each child is told to wait for it too.
 */
export function childOptions(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
  ...after: readonly (pulumi.Resource | undefined)[]
): pulumi.CustomResourceOptions {
  const own = after.filter((resource) => resource !== undefined);
  const given = opts?.dependsOn;
  const all = given === undefined ? own : [...own, ...(Array.isArray(given) ? given : [given])];
  return { parent, ...(all.length > 0 ? { dependsOn: all as pulumi.Resource[] } : {}) };
}
