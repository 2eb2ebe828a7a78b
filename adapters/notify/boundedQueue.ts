/** A queue that, when it is full, gives up what matters least. */
export class BoundedQueue<T extends { readonly severity: number }> {
  private items: T[] = [];

  /** @param capacity 1 or more */
  constructor(private readonly capacity: number) {}

  /** @returns what had to go to make room: the oldest of the lowest severity, which may be the new item itself */
  push(item: T): T | undefined {
    this.items.push(item);
    if (this.items.length <= this.capacity) return undefined;
    const lowest = this.items.reduce((least, { severity }) => Math.min(least, severity), Infinity);
    const [gone] = this.items.splice(
      this.items.findIndex(({ severity }) => severity === lowest),
      1,
    );
    return gone;
  }

  /** Takes the oldest. */
  shift(): T | undefined {
    return this.items.shift();
  }

  /** Takes all. */
  clear(): T[] {
    return this.items.splice(0);
  }
}
