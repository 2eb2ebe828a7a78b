import assert from "node:assert/strict";
import fc from "fast-check";
import { ObjectCache } from "../../../adapters/kubernetes/objectCache";
import type { KubernetesObject } from "../../../adapters/kubernetes/paths";

type Thing = KubernetesObject & { readonly value?: number };

function thing(name: string, version: number, value = version): Thing {
  return { metadata: { name, namespace: "a", resourceVersion: String(version) }, value };
}

describe("ObjectCache", () => {
  it("tells of what others change, and not of what was written here", () => {
    const told: string[] = [];
    const cache = new ObjectCache<Thing>({
      onChange: (now, before) => told.push(`${before?.value ?? "-"}>${now?.value ?? "-"}`),
    });
    cache.see(thing("x", 1));
    cache.remember(thing("x", 2));
    cache.see(thing("x", 2));
    cache.see(thing("x", 3));
    cache.forget(thing("x", 4));
    assert.deepEqual(told, ["->1", "2>3", "3>-"]);
    assert.equal(cache.get("a", "x"), undefined);
  });

  it("ignores whatever is older than what it knows, in whatever order things come", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1 }),
        fc.infiniteStream(fc.boolean()),
        (versions, own) => {
          const cache = new ObjectCache<Thing>();
          for (const version of versions) {
            if (own.next().value) cache.remember(thing("x", version));
            else cache.see(thing("x", version));
          }
          assert.equal(cache.get("a", "x")?.value, Math.max(...versions));
        },
      ),
    );
  });

  it("does not bring back what was deleted when a late answer comes", () => {
    const cache = new ObjectCache<Thing>();
    cache.see(thing("x", 1));
    cache.forget(thing("x", 5));
    cache.remember(thing("x", 4));
    assert.equal(cache.get("a", "x"), undefined);
    cache.see(thing("x", 6));
    assert.equal(cache.get("a", "x")?.value, 6, "made anew");
    cache.forget(thing("x", 5));
    assert.equal(cache.get("a", "x")?.value, 6, "an old deletion says nothing of the new one");
  });

  it("becomes what a list says, but for what was written since", () => {
    const gone: string[] = [];
    const cache = new ObjectCache<Thing>({
      onChange: (now, before) => now || gone.push(String(before?.metadata.name)),
    });
    for (const [name, version] of [
      ["kept", 1],
      ["gone", 2],
      ["new", 12],
    ] as const) {
      cache.remember(thing(name, version));
    }
    cache.remember(thing("kept", 11));
    cache.replace([thing("kept", 3), thing("more", 4)], 12);
    assert.equal(cache.get("a", "kept")?.value, 11);
    assert.equal(cache.get("a", "more")?.value, 4);
    assert.deepEqual(gone, ["gone", "new"], "one that is as old as the list would be in it");
  });

  it("believes a cluster that was restored from a backup", () => {
    const cache = new ObjectCache<Thing>();
    cache.see(thing("x", 100));
    cache.see(thing("y", 101));
    cache.replace([thing("x", 7)], 8);
    assert.equal(cache.get("a", "x")?.value, 7);
    assert.equal(cache.get("a", "y"), undefined);
    cache.see(thing("y", 9));
    assert.equal(cache.get("a", "y")?.value, 9);
  });

  it("keeps trimmed copies, and no managed fields", () => {
    const cache = new ObjectCache<Thing>({ trim: ({ metadata }) => ({ metadata }) });
    const given = { ...thing("x", 1), metadata: { ...thing("x", 1).metadata, managedFields: [{}] } };
    cache.see(given);
    assert.deepEqual(cache.get("a", "x"), { metadata: { name: "x", namespace: "a", resourceVersion: "1" } });
  });
});
