const FIRST_BYTES = 4096;
/** Bytes of UTF-8 that one UTF-16 unit can take. */
const MOST_BYTES = 3;

/** Many texts as UTF-8 in one piece of memory: a third of what as many strings take, and ready to be written. */
export class PackedText {
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private ends: number[] = [];
  private length = 0;

  push(text: string): void {
    const most = this.length + text.length * MOST_BYTES;
    if (most > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(most, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.length += this.buffer.write(text, this.length);
    this.ends.push(this.length);
  }

  /** Forgets all texts, and overwrites them with the next ones. */
  clear(): void {
    this.ends = [];
    this.length = 0;
  }

  /** The bytes of the text at `index`, not copied. */
  at(index: number): Uint8Array {
    return this.buffer.subarray(index === 0 ? 0 : this.ends[index - 1], this.ends[index]);
  }

  /** Below 0 when the text at `left` comes before the one at `right` by its bytes. */
  compare(left: number, right: number): number {
    return Buffer.compare(this.at(left), this.at(right));
  }

  /** All texts, in `order`. */
  inOrder(order: Uint32Array | undefined): Uint8Array[] {
    return Array.from(this.ends, (_, index) =>
      this.at(order === undefined ? index : (order[index] ?? index)),
    );
  }
}
