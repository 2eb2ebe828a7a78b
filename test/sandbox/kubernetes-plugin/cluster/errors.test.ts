import assert from "node:assert/strict";
import {
  ApiError,
  explain,
  immutableFields,
  isFieldConflict,
  isNamespaceMissing,
  isWriteConflict,
} from "../../../../sandbox/kubernetes-plugin/cluster/errors";

describe("answers of the API server", () => {
  const field = { field: ".spec.replicas", message: 'conflict with "kubectl"', reason: "FieldManagerConflict" };
  const conflict = new ApiError(409, "Apply failed", "Conflict", [field]);

  it("tell who owns a field", () => {
    assert.equal(isFieldConflict(conflict), true);
    assert.equal(isWriteConflict(conflict), false);
    assert.match(explain(conflict), /\.spec\.replicas: conflict with "kubectl"/);
    assert.match(explain(conflict), /pulumi\.com\/patchForce/);
  });

  it("may be tried again where two writes met", () => {
    assert.equal(isWriteConflict(new ApiError(409, "modified", "Conflict")), true);
    assert.equal(isWriteConflict(new ApiError(409, "exists", "AlreadyExists")), false);
  });

  it("name the fields that cannot change", () => {
    const causes = [
      { field: "spec.selector", message: "Invalid value: field is immutable" },
      {
        field: "spec",
        message: "Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden",
      },
      { field: "roleRef", message: "cannot change roleRef" },
      { field: "spec.replicas", message: "must be above 0" },
    ];
    assert.deepEqual(immutableFields(new ApiError(422, "invalid", "Invalid", causes)), [
      "spec.selector",
      "spec",
      "roleRef",
    ]);
    assert.deepEqual(immutableFields(conflict), []);
  });

  it("tell a missing namespace from a missing object", () => {
    assert.equal(isNamespaceMissing(new ApiError(404, 'namespaces "shop" not found')), true);
    assert.equal(isNamespaceMissing(new ApiError(404, 'configmaps "shop" not found')), false);
  });
});
