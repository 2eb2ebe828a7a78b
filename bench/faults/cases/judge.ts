import { setTimeout as sleep } from "node:timers/promises";
import { getDeployment } from "../../../adapters/kubernetes/deployments";
import { DESTINATION_RULES, ruleName, VIRTUAL_SERVICES } from "../../../adapters/istio/rules";
import { orUndefined } from "../../../adapters/kubernetes/errors";
import { DEPLOYMENTS, EXPERIMENTS, SERVICES } from "../../../adapters/kubernetes/paths";
import type { Context } from "../context";
import { checkOneVersion, checkVerdict } from "../invariants/ending";
import { checkOneDriver } from "../invariants/oneDriver";
import { checkRecord } from "../invariants/record";
import { checkRoute } from "../invariants/route";
import { Tally } from "../invariants/tally";
import type { CaseRun } from "./caseRun";
import { BASELINE, CANDIDATE, SERVICE } from "./objects";
import { patiently } from "./patience";
import type { CasePlan } from "./plan";

/** What a foreign edit may take to be put right, beyond one interval of calm, in ms. */
const REPAIR_BEYOND_INTERVAL_MS = 5000;
/** The watches may lag behind what a driver has been told, by so much, in ms. */
const SETTLE_MS = 1500;
const TIDY_MS = 60_000;

/** How one experiment went. */
export interface CaseResult {
  readonly plan: CasePlan;
  /** Undefined: none in time. */
  readonly verdict?: string;
  readonly reason: string;
  readonly seconds: number;
  readonly tally: Tally;
  /** How long each foreign edit was in effect, in ms. */
  readonly repairs: readonly number[];
  /** Writes that left a driver in time and arrived after it had lost the Lease. */
  readonly lateWrites: number;
  /** What failed `pulumi up`s said that nobody had killed. */
  readonly failures: readonly string[];
  /** Whether it was left to the controller. */
  readonly abandoned: boolean;
}

/** Runs one experiment, and checks all that must hold of it. */
export async function runCase(context: Context, run: CaseRun): Promise<CaseResult> {
  const { plan, namespace } = run;
  const { now, histories, disturbances, exchanges } = context;
  const tally = new Tally();
  const begun = now();
  await run.begin();
  const inTime = await run.ended();
  const late = await run.dismiss(inTime ? TIDY_MS : 0);
  if (inTime) {
    tally.expect("leftovers", late.length === 0, now(), () => `${late.join(", ")} did not notice the end`);
    await checkLoser(context, run, tally);
  }
  await sleep(SETTLE_MS);
  const { status } = run.experiment ?? {};
  const verdict = inTime ? status?.serin?.verdict : undefined;
  const history = histories.historyOf(namespace);
  const calmMs = disturbances.calmIn(namespace);
  const repairs = checkRoute(
    history,
    { repairMs: plan.intervalSeconds * 1000 + REPAIR_BEYOND_INTERVAL_MS, calmMs },
    tally,
  );
  checkRecord(history.experiment, tally);
  const { late: lateWrites } = checkOneDriver(history, exchanges.driverOf, tally);
  checkVerdict(plan.candidate, verdict, now(), tally);
  if (verdict !== undefined) checkOneVersion(history, verdict, tally);
  await tidy(context, run, tally);
  return {
    plan,
    verdict,
    reason: status?.serin?.reason ?? "There is no record.",
    seconds: (now() - begun) / 1000,
    tally,
    repairs,
    lateWrites,
    failures: run.failures,
    abandoned: run.abandoned > 0,
  };
}

/** The loser is gone if that was asked for, and only then; the winner stays in any case. */
async function checkLoser({ client, now }: Context, { plan, experiment }: CaseRun, tally: Tally): Promise<void> {
  const winner = experiment?.status?.serin?.winner ?? BASELINE;
  for (const name of [BASELINE, CANDIDATE]) {
    const isThere = (await patiently(() => getDeployment(client, plan.namespace, name))) !== undefined;
    const shouldBe = name === winner || !plan.cleanup;
    tally.expect("leftovers", isThere === shouldBe, now(), () => `${name} is ${isThere ? "still there" : "gone"}`);
  }
}

/** Removes everything that costs the cluster something. The experiment must let itself be deleted. */
async function tidy(
  { client, now, histories }: Context,
  { namespace, experiment }: CaseRun,
  tally: Tally,
): Promise<void> {
  const name = experiment?.metadata.name;
  if (name !== undefined) {
    const remove = () => patiently(() => orUndefined(client.delete(EXPERIMENTS, namespace, name)));
    const isGone = async () =>
      (await patiently(() => orUndefined(client.get(EXPERIMENTS, namespace, name)))) === undefined;
    await remove();
    const deadline = now() + TIDY_MS;
    while (!(await isGone()) && now() < deadline) await sleep(200);
    tally.expect("leftovers", await isGone(), now(), () => `experiment ${name} does not go away`);
  }
  const rule = ruleName({ name: SERVICE, namespace });
  for (const [collection, object] of [
    [SERVICES, SERVICE],
    [DEPLOYMENTS, BASELINE],
    [DEPLOYMENTS, CANDIDATE],
    [VIRTUAL_SERVICES, rule],
    [DESTINATION_RULES, rule],
  ] as const) {
    await patiently(() => orUndefined(client.delete(collection, namespace, object)));
  }
  histories.drop(namespace);
}
