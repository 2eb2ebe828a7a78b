import assert from "node:assert/strict";
import fc from "fast-check";
import {
  expandPath,
  formatPath,
  markSecrets,
  parsePath,
  redact,
  secretPaths,
  secretTexts,
  valueAt,
  withValueAt,
} from "../../../../sandbox/kubernetes-plugin/values/path";
import { fromStruct, toStruct } from "../../../../sandbox/kubernetes-plugin/values/struct";
import {
  hasUnknown,
  plain,
  secret,
  SIGNATURE,
  SIGNATURES,
  UNKNOWN,
  withoutNulls,
  withoutOutputs,
} from "../../../../sandbox/kubernetes-plugin/values/value";

describe("values of the protocol", () => {
  it("come through a message as they are, secrets and unknowns too", () => {
    const properties = { a: secret("x"), b: [1, null, true, { c: UNKNOWN }], d: {} };
    assert.deepEqual(fromStruct(toStruct(properties)), properties);
  });

  it("are plain without their secrets, at any depth", () => {
    assert.deepEqual(plain({ a: secret({ b: [secret("x")] }) }), { a: { b: ["x"] } });
  });

  it("are unknown where a part of them is", () => {
    assert.equal(hasUnknown({ a: [secret({ b: UNKNOWN })] }), true);
    assert.equal(hasUnknown({ a: ["b"] }), false);
  });

  it("lose the wrapping of outputs, but not what it says", () => {
    const output = (rest: object) => ({ [SIGNATURE]: SIGNATURES.output, ...rest });
    assert.deepEqual(withoutOutputs({ a: output({ value: 1 }) }), { a: 1 });
    assert.deepEqual(withoutOutputs({ a: output({}) }), { a: UNKNOWN });
    assert.deepEqual(withoutOutputs([output({ value: "x", secret: true })]), [secret("x")]);
  });

  it("lose entries that are null, but no items", () => {
    assert.deepEqual(withoutNulls({ a: null, b: [null, { c: null }] }), { b: [null, {}] });
  });
});

describe("paths", () => {
  const cases: [(string | number)[], string][] = [
    [["spec", "containers", 0, "image"], "spec.containers[0].image"],
    [["metadata", "annotations", "example.com/a.b"], 'metadata.annotations["example.com/a.b"]'],
    [["data", 'say "hi"'], 'data["say \\"hi\\""]'],
  ];
  for (const [path, text] of cases) {
    it(`${text} is written and read`, () => {
      assert.equal(formatPath(path), text);
      assert.deepEqual(parsePath(text), path);
    });
  }

  it("are read back as they were written, whatever the keys", () => {
    const part = fc.oneof(
      fc.string({ minLength: 1 }).filter((text) => text !== "*"),
      fc.nat(9),
    );
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1 }).filter(([head]) => typeof head === "string"),
        (path) => {
          assert.deepEqual(parsePath(formatPath(path)), path);
        },
      ),
    );
  });

  it("with * stand for every entry", () => {
    const value = { ports: [{ a: 1 }, { a: 2 }], labels: { x: "1", y: "2" } };
    assert.deepEqual(expandPath(value, ["ports", "*", "a"]), [
      ["ports", 0, "a"],
      ["ports", 1, "a"],
    ]);
    assert.deepEqual(expandPath(value, ["labels", "*"]), [
      ["labels", "x"],
      ["labels", "y"],
    ]);
  });

  it("lead to a value, which can be replaced or taken out", () => {
    const value = { a: [{ b: 1, c: 2 }] };
    assert.equal(valueAt(value, ["a", 0, "b"]), 1);
    assert.deepEqual(withValueAt(value, ["a", 0, "b"], 3), { a: [{ b: 3, c: 2 }] });
    assert.deepEqual(withValueAt(value, ["a", 0, "b"], undefined), { a: [{ c: 2 }] });
    assert.deepEqual(withValueAt({}, ["x", "y"], 1), { x: { y: 1 } });
  });
});

describe("secrets", () => {
  it("are marked again where they were", () => {
    const inputs = { data: { a: secret("x"), b: "y" }, list: [secret(1)] };
    const marked = markSecrets({ data: { a: "x2", b: "y", c: "z" }, list: [1] }, secretPaths(inputs));
    assert.deepEqual(marked, { data: { a: secret("x2"), b: "y", c: "z" }, list: [secret(1)] });
  });

  it("that the object has no place for change nothing", () => {
    assert.deepEqual(
      markSecrets({ a: "x" }, [
        ["b", "c"],
        ["a", "d"],
      ]),
      { a: "x" },
    );
  });

  it("are marked once only", () => {
    assert.deepEqual(markSecrets({ a: { b: "x" } }, [["a"], ["a", "b"]]), { a: secret({ b: "x" }) });
  });

  it("are kept out of messages, the longest first", () => {
    const secrets = secretTexts({ a: secret({ b: "password", c: "password-long" }), d: secret("abc") });
    assert.equal(redact("bad value password-long, password, abc", secrets), "bad value [secret], [secret], abc");
  });
});
