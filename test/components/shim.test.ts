import { ok, strictEqual } from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { shim, type ProviderName } from "../../components/shim";

/** What Pulumi keeps of a provider in the state. */
async function stateOf(name: ProviderName): Promise<string> {
  const provider = shim(name);
  return (await runtime.serializeFunction(() => provider)).text;
}

describe("shim", function () {
  this.timeout(30_000);

  for (const name of ["release", "guard", "gate"] as const) {
    it(`keeps the state of '${name}' small, and free of the provider's code`, async () => {
      const text = await stateOf(name);
      ok(text.length < 3072, `${text.length} bytes`);
      ok(text.includes("serin/dist/provider"), "it loads the package by name");
      for (const word of ["KubernetesClient", "releaseProvider", "parseInputs", "assess", "axios"]) {
        ok(!text.includes(word), word);
      }
    });
  }

  it("differs between providers by the name alone", async () => {
    const [guard, gate] = [await stateOf("guard"), await stateOf("gate")];
    strictEqual(guard.replaceAll("guard", "gate"), gate);
  });

  it("hands every call to the provider of that name", async () => {
    const { check } = shim("gate");
    const news = { verdict: "promoted" };
    ok(check);
    strictEqual((await check({}, news)).inputs, news);
  });
});
