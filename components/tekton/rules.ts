import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { checkedMembers } from "../common/members";
import { semanticVersion } from "../common/rules";
import type { TektonArgs, TektonReleaseArgs } from "./tektonArgs";

const place = z.string("must be text").min(1, "must be a URL or a path");
const manifest = z.union(
  [place, z.array(place).min(1, "must have at least one URL or path")],
  "must be a URL or a path, or a list of them",
);

/**
 * The arguments, those that are not known yet to be checked when they are.
 *
 * @throws RunError naming the field, its value and what is allowed
 */
export function checkedTekton(args: TektonArgs): TektonArgs {
  const { existing, ...others } = args;
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  if (existing !== undefined && given.length > 0) {
    const names = given.map(([name]) => name).join(", ");
    throw new pulumi.RunError(
      `Tekton 'existing' (with ${names}): must be the only argument, since nothing is installed`,
    );
  }
  return {
    ...args,
    ...(args.pipelines && { pipelines: checkedRelease("pipelines", args.pipelines) }),
    ...(args.triggers && { triggers: checkedRelease("triggers", args.triggers) }),
    ...(existing && {
      existing: checkedMembers("Tekton", "existing", existing, {
        pipelinesVersion: semanticVersion,
        triggersVersion: semanticVersion,
      }),
    }),
  };
}

function checkedRelease(field: string, release: TektonReleaseArgs): TektonReleaseArgs {
  return checkedMembers("Tekton", field, release, { version: semanticVersion, manifest });
}
