export { experimentCrd } from "./crd";
export { experimentCrdYaml } from "./yaml";
