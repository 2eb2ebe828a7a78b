import { unescape } from "node:querystring";

/** A server's address, apart from what is secret in it. */
export interface BaseURL {
  /** Without user and password, and without a slash at its end. */
  readonly shown: string;
  readonly auth?: { readonly username: string; readonly password: string };
}

/** Reads the base URL of a server; undefined when it is not an http or https URL. */
export function parseBaseURL(text: string): BaseURL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) return undefined;
  const shown = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  if (url.username === "" && url.password === "") return { shown };
  return { shown, auth: { username: unescape(url.username), password: unescape(url.password) } };
}
