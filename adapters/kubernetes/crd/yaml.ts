import { stringify } from "yaml";
import { experimentCrd } from "./crd";

/** The CRD as YAML text, for `kubectl apply -f -`. */
export function experimentCrdYaml(): string {
  // Schema parts that occur twice are written out: anchors would be correct YAML, and unreadable.
  return stringify(experimentCrd, { aliasDuplicateObjects: false, lineWidth: 120 });
}
