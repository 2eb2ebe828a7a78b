export { abnPlan, checkAbnPlan, SPLITS, type AbnPlan, type AbnSettings, type Reward, type Split } from "./plan";
export { startAbn } from "./start";
export type { AbnHistory, AbnMetric, AbnState } from "./state";
export { abnStep, type AbnInput } from "./step";
