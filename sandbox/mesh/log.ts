const maxRemembered = 1_000;

/** One line on stderr, with the time. */
export function log(message: string): void {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`);
}

/** A log that says nothing twice: what is wrong in an object comes up again with each change of it. */
export function warnOnce(write: (message: string) => void): (message: string, key?: string) => void {
  const said = new Set<string>();
  return (message, key = message) => {
    if (said.has(key)) return;
    // Repeating a warning now and then is better than to grow without bound.
    if (said.size >= maxRemembered) said.clear();
    said.add(key);
    write(message);
  };
}
