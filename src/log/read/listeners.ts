/** Who waits for a change of a shard: each callback is called once. */
export class Listeners {
  readonly #waiting = new Map<number, Set<() => void>>();

  /** Answers how to stop waiting. */
  once(shard: number, callback: () => void): () => void {
    let callbacks = this.#waiting.get(shard);
    if (callbacks === undefined) this.#waiting.set(shard, (callbacks = new Set()));
    callbacks.add(callback);
    return () => {
      callbacks.delete(callback);
      if (callbacks.size === 0 && this.#waiting.get(shard) === callbacks) this.#waiting.delete(shard);
    };
  }

  changed(shard: number): void {
    const callbacks = this.#waiting.get(shard);
    if (callbacks === undefined) return;
    this.#waiting.delete(shard);
    for (const callback of callbacks) callback();
  }

  allChanged(): void {
    for (const shard of this.#waiting.keys()) this.changed(shard);
  }
}
