export { askAnalytics, type AnalyticsOptions } from "./client";
export { algorithmOf, analyticsRequest, type AnalyticsQuestion, type AnalyticsRequest } from "./request";
