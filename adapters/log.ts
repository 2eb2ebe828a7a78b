import { pino, type Logger } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ["json", "text"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** A log with a line an event, written to `write`. */
export function createLog(level: LogLevel, format: LogFormat, write: (text: string) => void): Logger {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, { write: format === "json" ? write : (line: string) => write(textLine(line)) });
}

/** The same event for people: time, level, message, and the rest as `name=value`. */
function textLine(json: string): string {
  const { time, level, msg, ...rest } = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const details = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${[time, String(level).toUpperCase().padEnd(5), msg, ...details].join(" ")}\n`;
}
