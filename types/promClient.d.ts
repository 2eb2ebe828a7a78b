/** The one class, which the package also lets be loaded without everything else, but declares only as a whole. */
declare module "prom-client/lib/registry" {
  import { Registry } from "prom-client";
  export = Registry;
}
