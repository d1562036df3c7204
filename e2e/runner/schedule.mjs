// @ts-check
/**
 * Works through a list, several items at a time.
 *
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} width - how many at a time
 * @param {(item: Item) => Promise<void>} work
 */
export async function inParallel(items, width, work) {
  const queue = items.values();
  async function lane() {
    for (const item of queue) await work(item);
  }
  await Promise.all(Array.from({ length: width }, lane));
}
