import { z } from "zod";
import { checkedArgs } from "../common/check";
import { checkedMembers } from "../common/members";
import { metricRule } from "../common/metricRule";
import { dnsLabel, quantity, text } from "../common/rules";
import type { CanaryNamespaceArgs, LimitsArgs, NamespaceNetworkArgs, SubjectArgs } from "./canaryNamespaceArgs";

const COMPONENT = "CanaryNamespace";
const levels = ["restricted", "baseline", "privileged"];
const kinds = ["Group", "User", "ServiceAccount"];
const amounts = z.record(z.string(), quantity, "must be resources and their amounts");

/**
 * The arguments, those that are not known yet to be checked when they are.
 *
 * @throws RunError naming the field, its value and what is allowed
 */
export function checkedNamespace(args: CanaryNamespaceArgs): CanaryNamespaceArgs {
  const own = checkedArgs(COMPONENT, args, {
    namespace: dnsLabel,
    podSecurity: z.enum(levels, `must be one of ${levels.join(", ")}`),
    quota: amounts,
    controllerNamespace: dnsLabel,
    metrics: metricRule,
  });
  const { limits, networkPolicy } = args;
  return {
    ...own,
    ...(limits && { limits: checkedLimits(limits) }),
    ...(typeof networkPolicy === "object" && { networkPolicy: checkedNetwork(networkPolicy) }),
    ...(args.team && { team: checkedSubjects("team", args.team) }),
    ...(args.readers && { readers: checkedSubjects("readers", args.readers) }),
  };
}

function checkedLimits(limits: LimitsArgs): LimitsArgs {
  const rules = { default: amounts, defaultRequest: amounts, max: amounts, min: amounts };
  return checkedMembers(COMPONENT, "limits", limits, rules);
}

function checkedNetwork(network: NamespaceNetworkArgs): NamespaceNetworkArgs {
  return checkedMembers(COMPONENT, "networkPolicy", network, { allowFrom: z.array(dnsLabel, "must be names") });
}

function checkedSubjects(field: string, subjects: readonly SubjectArgs[]): SubjectArgs[] {
  const rules = { kind: z.enum(kinds, `must be one of ${kinds.join(", ")}`), name: text, namespace: dnsLabel };
  return subjects.map((subject, index) => checkedMembers(COMPONENT, `${field}.${index}`, subject, rules));
}
