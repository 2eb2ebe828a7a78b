import { inspect } from "node:util";

/** Whether a text is a URL that a notification can be posted to. */
export function isPostable(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

/**
 * An address that is a secret in itself, as Slack's are. Logged, printed or turned into JSON it shows no more than its
 * host; only {@link reveal} has the rest.
 */
export class Endpoint {
  /** Host and port, without user and password. */
  readonly host: string;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param url http or https
   * @param headers to be sent along. Default: none
   * @throws {TypeError} when it is not such a URL
   */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    if (!isPostable(url)) throw new TypeError("the URL of a notification channel must begin with http:// or https://");
    this.host = new URL(url).host;
    this.#url = url;
    this.#headers = headers;
  }

  /** For whoever sends; never for a text. */
  reveal(): { readonly url: string; readonly headers: Readonly<Record<string, string>> } {
    return { url: this.#url, headers: this.#headers };
  }

  toString(): string {
    return this.host;
  }

  toJSON(): string {
    return this.host;
  }

  [inspect.custom](): string {
    return this.host;
  }
}
