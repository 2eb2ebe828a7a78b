import { deepStrictEqual as equal, rejects, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { checkedMembers } from "../../../components/common/members";

interface Args {
  readonly size?: pulumi.Input<number>;
  readonly name?: string;
}

const rules = { size: z.number().max(3, "must be at most 3") };
const check = (args: Args): Args => checkedMembers<Args>("Thing", "part", args, rules);

describe("members of an argument", () => {
  it("stay as they are where nothing is wrong, also those without a rule", () => {
    equal(check({ size: 3, name: "a" }), { size: 3, name: "a" });
    equal(check({}), {});
  });

  it("are refused by their whole name", () => {
    throws(() => check({ size: 4 }), { message: "Thing 'part.size' (4): must be at most 3" });
  });

  it("are refused as soon as they are known", async () => {
    const { size } = check({ size: pulumi.output(4) }) as { size: pulumi.Output<number> };
    await rejects(
      (size as unknown as { promise(): Promise<number> }).promise(),
      /Thing 'part.size' \(4\): must be at most 3/,
    );
  });
});
