export { NOTIFIER_KINDS, type Channel, type NotifierKind } from "./channel";
export { Endpoint } from "./endpoint";
export { Notifier, type NotifierOptions } from "./notifier";
export type { Outcome } from "./outbox";
export { NOTIFIERS_CONFIG_MAP, parseNotifiers, type Notifiers } from "./parseNotifiers";
export type { Post, PostAnswer } from "./post";
export { LEVELS, severityOf, wants, type Level } from "./severity";
export { WEBHOOK_VERSION, type WebhookBody } from "./webhook";
