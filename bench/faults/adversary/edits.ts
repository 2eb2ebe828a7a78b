import {
  DESTINATION_RULES,
  ruleName,
  VIRTUAL_SERVICES,
  type Destination,
  type VirtualService,
} from "../../../adapters/istio/rules";
import { isConflict, isNotFound, isTransient } from "../../../adapters/kubernetes/errors";
import type { CaseRun } from "../cases/caseRun";
import { SERVICE } from "../cases/objects";
import type { Context } from "../context";
import { ANNOTATION_EDIT } from "../history/history";
import { drawCaseUnderWay, type FaultKind } from "./arena";

let edits = 0;

/** Somebody with `kubectl` and good intentions. An edit that comes too late, or finds no API server, does not happen. */
function byHand(
  name: string,
  weight: number,
  edit: (context: Context, run: CaseRun, number: string) => Promise<void>,
): FaultKind {
  return {
    name,
    weight,
    plan: (arena, draws) => {
      const run = drawCaseUnderWay(arena, draws);
      if (run === undefined) return undefined;
      edits += 1;
      const number = String(edits);
      return {
        target: `${run.namespace}, edit ${number}`,
        run: () => edit(arena.context, run, number).catch(ifInVain),
      };
    },
  };
}

function ifInVain(error: unknown): void {
  if (!isConflict(error) && !isNotFound(error) && !isTransient(error)) throw error;
}

async function changeRoute(
  { client }: Context,
  { namespace }: CaseRun,
  number: string,
  change: (route: readonly Destination[]) => readonly Destination[],
): Promise<void> {
  const name = ruleName({ name: SERVICE, namespace });
  const { metadata, spec } = await client.get<VirtualService>(VIRTUAL_SERVICES, namespace, name);
  const [first] = spec.http ?? [];
  if (first?.route === undefined || first.route.length < 2) return;
  await client.merge(VIRTUAL_SERVICES, namespace, name, {
    metadata: { resourceVersion: metadata.resourceVersion, annotations: { [ANNOTATION_EDIT]: number } },
    spec: { http: [{ ...first, route: change(first.route) }] },
  });
}

export const editWeights = byHand("VirtualService: weights changed by hand", 8, (context, run, number) =>
  changeRoute(context, run, number, (route) =>
    route.map((destination) => ({ ...destination, weight: destination.destination.subset === "candidate" ? 97 : 3 })),
  ),
);

export const addDestination = byHand("VirtualService: destination added by hand", 6, (context, run, number) =>
  changeRoute(context, run, number, ([first, ...others]) => {
    const { weight = 0 } = first ?? {};
    const share = Math.min(weight, 7);
    const stranger = { destination: { host: SERVICE, subset: "mine" }, weight: share };
    return [...(first ? [{ ...first, weight: weight - share }] : []), ...others, stranger];
  }),
);

export const deleteVirtualService = byHand("VirtualService: deleted by hand", 5, ({ client }, { namespace }) =>
  client.delete(VIRTUAL_SERVICES, namespace, ruleName({ name: SERVICE, namespace })),
);

export const deleteDestinationRule = byHand("DestinationRule: deleted by hand", 5, ({ client }, { namespace }) =>
  client.delete(DESTINATION_RULES, namespace, ruleName({ name: SERVICE, namespace })),
);
