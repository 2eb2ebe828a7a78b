import type { dynamic } from "@pulumi/pulumi";

/** Names of the providers that `serin/dist/provider` exports. */
export type ProviderName = "release" | "guard" | "gate";

// Pulumi stores a dynamic provider's code, with all it captures, in the stack's state. So these functions hold no
// logic: they load the compiled package by name when they are called. That keeps the state small, and the same
// whatever changes in Serin.

/* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-explicit-any --
   the closure must reach the package at run time, by name; its types are checked on the other side */
function load(name: string): any {
  try {
    return require("serin/dist/provider")[name];
  } catch (error: any) {
    if (error.code !== "MODULE_NOT_FOUND" || !String(error.message).includes("serin/dist/provider")) throw error;
    throw new Error("Serin is not built, or not installed: run `npm run build` in its folder, or `npm install serin`");
  }
}

/** A dynamic provider that hands every call to the named provider of the installed package. */
export function shim(name: ProviderName): dynamic.ResourceProvider {
  return {
    check: (olds: any, news: any) => load(name).check(olds, news),
    diff: (id: string, olds: any, news: any) => load(name).diff(id, olds, news),
    create: (inputs: any) => load(name).create(inputs),
    update: (id: string, olds: any, news: any) => load(name).update(id, olds, news),
    read: (id: string, props: any) => load(name).read(id, props),
    delete: (id: string, props: any) => load(name).delete(id, props),
  };
}
