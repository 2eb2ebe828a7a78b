import * as pulumi from "@pulumi/pulumi";
import { CanaryRelease } from "serin";
import { releaseArgs, stackConfig } from "./config";
import { platformSettings } from "./platform";

const settings = stackConfig();
const { platform } = settings;
const found = platform && platformSettings(platform, settings, new pulumi.StackReference(platform));
const release = new CanaryRelease(settings.service, releaseArgs(settings, found || {}));

export const verdict = release.verdict;
export const reason = release.reason;
/** Empty when both versions keep a share. */
export const winner = release.winner.apply((name) => name ?? "");
export const stableVersion = release.stableVersion;
export const candidateVersion = release.candidateVersion;
export const iterations = release.iterations;
export const weights = release.weights;
export const startedAt = release.startedAt;
export const endedAt = release.endedAt;
export const assessment = release.assessment;
/** What was to be expected when it began; empty where nothing was known. */
export const plan = release.plan.apply((forecast) => forecast ?? {});
/** Empty when there was nothing to compare with. */
export const experiment = release.experiment.apply((name) => name ?? "");
