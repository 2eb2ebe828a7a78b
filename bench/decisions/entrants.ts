import { contestant, type Contestant } from "./contestant";
import { argoRollouts } from "./peers/argoRollouts";
import { flagger } from "./peers/flagger";
import { iter8 } from "./peers/iter8";
import { kayenta } from "./peers/kayenta";
import { serin } from "./serin";

/** Times between looks that the rules are compared at, in ms: at every scrape, and at the peers' own default. */
export const CADENCES = [15_000, 60_000] as const;
export type Cadence = (typeof CADENCES)[number];

/** A rule that takes part. */
export interface Entrant {
  /** Unique. */
  readonly id: string;
  readonly rule: Contestant;
  readonly family: "Serin" | "Flagger" | "Argo" | "Kayenta" | "Iter8";
  /** Tables it is in. A rule whose looks are minutes apart by nature is in all of them. */
  readonly cadences: readonly Cadence[];
  /** The `id` of the one kind of row that it is in; absent for all. */
  readonly onlyIn?: string;
}

function at(cadence: Cadence, family: Entrant["family"], rule: Contestant): Entrant {
  return { id: `${rule.name} ${cadence / 1000}`, rule, family, cadences: [cadence] };
}

function everywhere(family: Entrant["family"], rule: Contestant): Entrant {
  return { id: rule.name, rule, family, cadences: CADENCES };
}

/** All rules, in the order of the tables. */
export const ENTRANTS: readonly Entrant[] = [
  ...CADENCES.flatMap((cadence) => [
    at(cadence, "Serin", serin(cadence)),
    { ...at(cadence, "Serin", serin(cadence, 120_000)), onlyIn: "warm-up" },
    at(cadence, "Flagger", contestant(flagger(1, cadence))),
    at(cadence, "Flagger", contestant(flagger(5, cadence))),
    at(cadence, "Argo", contestant(argoRollouts(0, cadence))),
    at(cadence, "Argo", contestant(argoRollouts(3, cadence))),
    at(cadence, "Iter8", contestant(iter8(false, cadence))),
    at(cadence, "Iter8", contestant(iter8(true, cadence))),
  ]),
  everywhere("Kayenta", contestant(kayenta(5))),
  everywhere("Kayenta", contestant(kayenta(30))),
];
