#!/usr/bin/env node
import { experimentCrdYaml } from "./yaml";

process.stdout.write(experimentCrdYaml());
