import { deepStrictEqual as equal, rejects, throws } from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { checked, checkedArgs, isLater } from "../../../components/common/check";
import { wholeNumber } from "../../../components/common/rules";
import { Mocks, unknownOutput, valueOf } from "../support/mocks";

const few = wholeNumber(1, 5);
const refusal = "Thing 'size' (9): must be a whole number from 1 to 5";
const says = (message: string) => (error: Error) => {
  equal(error.message, message);
  return pulumi.RunError.isInstance(error);
};

describe("checked", () => {
  beforeEach(() => Mocks.start());

  it("is the value itself, where it is allowed", () => {
    equal(checked("Thing", "size", 3, few), 3);
    const list = [1, 2];
    equal(checked("Thing", "sizes", list, z.array(few)) === list, true);
  });

  it("has no look at what is not given", async () => {
    equal(checked("Thing", "size", undefined, few), undefined);
    const later = checked("Thing", "size", pulumi.output<number | undefined>(undefined), few);
    equal(await valueOf(pulumi.output(later)), undefined);
  });

  it("refuses at once what is known", () => {
    throws(() => checked("Thing", "size", 9, few), says(refusal));
  });

  it("names a member by its path, and all that is wrong", () => {
    throws(
      () => checked("Thing", "sizes", { a: [1, 9], b: 0 } as object, z.looseObject({ a: z.array(few), b: few })),
      says(
        "Thing 'sizes.a.1' (9): must be a whole number from 1 to 5; Thing 'sizes.b' (0): must be a whole number from 1 to 5",
      ),
    );
  });

  it("names members that there should not be", () => {
    const rule = z.strictObject({ a: few }, "is not an argument");
    throws(() => checked("Thing", "it", { a: 1, b: 2, c: 3 }, rule), says("Thing 'it' (b, c): is not an argument"));
  });

  it("tells of what is missing, and of long values only the beginning", () => {
    throws(
      () => checked("Thing", "it", {} as object, z.looseObject({ a: few })),
      says("Thing 'it.a' (missing): must be a whole number from 1 to 5"),
    );
    const long = "x".repeat(200);
    throws(
      () => checked<unknown>("Thing", "it", long, few),
      says(`Thing 'it' (${"x".repeat(77)}...): must be a whole number from 1 to 5`),
    );
  });

  it("refuses what is known later as soon as it is", async () => {
    for (const later of [pulumi.output(9), Promise.resolve(9), { toString: () => "", deep: [pulumi.output(9)] }]) {
      const rule = typeof later === "object" && "deep" in later ? z.looseObject({ deep: z.array(few) }) : few;
      const field = rule === few ? "size" : "deep.0";
      const result = checked<unknown>("Thing", rule === few ? "size" : "", later, rule) as pulumi.Output<unknown>;
      await rejects(valueOf(result), (error: Error) => error.message.includes(`${field}' (9): must be`));
    }
    equal(await valueOf(checked("Thing", "size", pulumi.output(3), few) as pulumi.Output<number>), 3);
  });

  it("does not show a secret, and leaves it one", async () => {
    const refused = checked("Thing", "size", pulumi.secret(9), few) as pulumi.Output<number>;
    await rejects(valueOf(refused), says("Thing 'size' (secret, not shown): must be a whole number from 1 to 5"));
    const taken = checked("Thing", "size", pulumi.secret(3), few) as pulumi.Output<number>;
    equal([await valueOf(taken), await pulumi.isSecret(taken)], [3, true]);
    const open = checked("Thing", "size", pulumi.output(3), few) as pulumi.Output<number>;
    equal(await pulumi.isSecret(open), false);
  });

  it("has no look at what is not known, in a preview", async () => {
    const mocks = await Mocks.start({ preview: true });
    const result = checked("Thing", "size", unknownOutput<number>(), few) as pulumi.Output<number>;
    equal([await valueOf(result), mocks.warnings], [undefined, []]);
    const inside = checked("Thing", "sizes", [9, unknownOutput<number>()], z.array(few)) as pulumi.Output<number[]>;
    equal(await valueOf(inside), undefined);
  });
});

describe("checkedArgs", () => {
  interface Args {
    readonly size?: pulumi.Input<number>;
    readonly free?: string;
  }

  it("checks the arguments that have a rule, and keeps the others", async () => {
    equal(checkedArgs<Args>("Thing", { size: 2, free: "x" }, { size: few }), { size: 2, free: "x" });
    throws(() => checkedArgs<Args>("Thing", { size: 9 }, { size: few }), says(refusal));
    const later = checkedArgs<Args>("Thing", { size: pulumi.output(9) }, { size: few });
    await rejects(valueOf(pulumi.output(later.size)), says(refusal));
  });

  it("makes no argument of one that is not given", () => {
    equal(Object.keys(checkedArgs<Args>("Thing", { free: "x" }, { size: few })), ["free"]);
  });
});

describe("isLater", () => {
  it("finds outputs and promises, in whatever they are", () => {
    const later = [pulumi.output(1), Promise.resolve(1), { a: [{ b: pulumi.output(1) }] }];
    equal(later.map(isLater), [true, true, true]);
    equal([1, "a", null, undefined, { a: [{ b: 1 }], c: null }].map(isLater), [false, false, false, false, false]);
  });
});
