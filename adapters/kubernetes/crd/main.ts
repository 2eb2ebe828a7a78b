import { experimentCrdYaml } from "./yaml";

process.stdout.write(experimentCrdYaml());
