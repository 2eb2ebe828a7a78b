import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync, statSync } from "node:fs";

/** The token that a request has to show, as it is now. */
export type TokenSource = () => string;

/**
 * Whether a request may pass. Takes the same time wherever a wrong token differs.
 *
 * @param header the request's `Authorization`
 */
export function isAuthorized(header: string | undefined, token: string): boolean {
  const shown = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

/** Digests are of equal length, which the comparison needs; the token's own length is not told. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The token in a file, read again whenever the file has changed. While it cannot be read, or is empty, the token that was
 * there before counts.
 *
 * @param onFault told when the file cannot be used, once for each change
 * @throws {Error} when there is no usable token in the file to begin with
 */
export function tokenFile(path: string, onFault: (message: string) => void): TokenSource {
  // Before the file is read, so that a change in between is not missed.
  let seen = stampOf(path);
  let token = readToken(path);
  return () => {
    const stamp = stampOf(path);
    if (stamp === seen) return token;
    seen = stamp;
    try {
      token = readToken(path);
    } catch (error) {
      onFault((error as Error).message);
    }
    return token;
  };
}

/** Differs after every change, a replaced symbolic link included: that is how Kubernetes updates a mounted Secret. */
function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? "gone" : [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join(" ");
}

function readToken(path: string): string {
  return checkToken(readFileSync(path, "utf8"));
}

/**
 * A token without the blanks around it.
 *
 * @throws {Error} when it is empty, or cannot be part of a header
 */
export function checkToken(text: string): string {
  const token = text.trim();
  if (token === "") throw new Error("the token is empty");
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error("the token must be ASCII characters without blanks");
  return token;
}
