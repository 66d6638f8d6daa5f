/** The first of many in an order, without a sort of all: a page of a large table costs a look at each row. */

type Order<Item> = (a: Item, b: Item) => number;

/** In order. `order` is total: no two are equal. */
export function leading<Item>(items: readonly Item[], count: number, order: Order<Item>): readonly Item[] {
  if (count * 4 > items.length) return items.toSorted(order).slice(0, count);
  const heap: Item[] = [];
  for (const item of items) {
    const [worst] = heap;
    if (heap.length < count) rise(heap, item, order);
    else if (worst !== undefined && order(item, worst) < 0) replaceWorst(heap, item, order);
  }
  return heap.toSorted(order);
}

/** The worst stands first; each stands before two that are no worse. */
function rise<Item>(heap: Item[], item: Item, order: Order<Item>): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const other = heap[above];
    if (other === undefined || order(other, item) >= 0) return;
    heap[at] = other;
    heap[above] = item;
    at = above;
  }
}

function replaceWorst<Item>(heap: Item[], item: Item, order: Order<Item>): void {
  let at = 0;
  for (;;) {
    const below = worseChild(heap, at, order);
    const other = heap[below];
    if (other === undefined || order(item, other) >= 0) break;
    heap[at] = other;
    at = below;
  }
  heap[at] = item;
}

function worseChild<Item>(heap: readonly Item[], at: number, order: Order<Item>): number {
  const left = 2 * at + 1;
  const [a, b] = [heap[left], heap[left + 1]];
  return a !== undefined && b !== undefined && order(b, a) > 0 ? left + 1 : left;
}
