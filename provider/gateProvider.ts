import { randomUUID } from "node:crypto";
import { fingerprint } from "../adapters/fingerprint";
import type { Properties, ResourceProvider } from "./resourceProvider";

/**
 * The resource that makes `pulumi up` fail when the candidate was not promoted. It stands beside the release and not
 * in it, because an error thrown by the release itself would lose the stack's outputs, the verdict among them.
 */
export const gateProvider: ResourceProvider = {
  check: async (_olds, news) => ({ inputs: news, failures: [] }),
  // A closed gate is never up to date: each `pulumi up` says again that the candidate was not promoted.
  diff: async (_id, olds, news) => ({ changes: isClosed(news) || key(olds) !== key(news) }),
  create: async (news) => ({ id: randomUUID(), outs: pass(news) }),
  update: async (_id, _olds, news) => ({ outs: pass(news) }),
  read: async (id, props) => ({ id, props }),
  delete: async () => undefined,
};

function key(props: Properties): string {
  return fingerprint([props["verdict"], props["onRollback"], props["candidateVersion"]]);
}

function isClosed({ verdict, onRollback }: Properties): boolean {
  return verdict !== "promoted" && onRollback !== "report";
}

const ENDED_AS: Readonly<Record<string, string>> = {
  rolledBack: "was rolled back",
  inconclusive: "could not be judged",
  aborted: "was stopped",
};

function pass(props: Properties): Properties {
  if (!isClosed(props)) return props;
  const { verdict, reason, candidateVersion, stableVersion } = props;
  throw new Error(
    `${String(candidateVersion)} ${ENDED_AS[String(verdict)] ?? String(verdict)}: ${String(reason)} ` +
      `All traffic is on ${String(stableVersion)}. The same candidate is not tried again by another 'pulumi up': ` +
      `change it, or set a new 'attempt'.`,
  );
}
