/** What the shim in Pulumi's state loads by name; a change here must stay compatible with shims already in states. */
export { gateProvider as gate } from "./gateProvider";
export { guardProvider as guard } from "./guardProvider";
export { releaseProvider as release } from "./releaseProvider";
