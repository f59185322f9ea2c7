/** Ids that may be used again, given back in blocks: dropping a slice takes one step, however many records it had. */
export class FreeList {
  readonly #blocks: { readonly ids: Int32Array; left: number }[] = [];

  /** The first `size` of `ids`, which must not change afterwards. */
  add(ids: Int32Array, size: number): void {
    if (size > 0) this.#blocks.push({ ids, left: size });
  }

  /** undefined when there is none. */
  take(): number | undefined {
    const block = this.#blocks.at(-1);
    if (block === undefined) return undefined;
    const id = block.ids[--block.left];
    if (block.left === 0) this.#blocks.pop();
    return id;
  }
}
