/** Where the nodes of a directed graph stand: columns from left to right, and places from top to bottom in them. */
export interface GraphLayout {
  readonly columns: number;
  /** By node. */
  readonly column: readonly number[];
  readonly place: readonly number[];
  /** Most nodes of a column. */
  readonly rows: number;
}

/** Rounds of moving nodes to the middle of their neighbours. */
const SWEEPS = 4;

/**
 * A layered layout: each node stands right of all that call it (calls that close a circle do not count), and within its
 * column near its neighbours, by barycentres. The same graph always has the same layout.
 */
export function graphLayout(
  count: number,
  edges: readonly { readonly from: number; readonly to: number }[],
): GraphLayout {
  const next: number[][] = Array.from({ length: count }, () => []);
  const before: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) {
    if (from === to) continue;
    next[from]!.push(to);
    before[to]!.push(from);
  }
  const column = columnsOf(count, next, before);
  const columns = Math.max(0, ...column.map((at) => at + 1));
  const members = Array.from({ length: columns }, (_, at) =>
    Array.from({ length: count }, (__, node) => node).filter((node) => column[node] === at),
  );
  const place = new Array<number>(count).fill(0);
  const number = (list: readonly number[]): void => list.forEach((node, at) => (place[node] = at - list.length / 2));
  members.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 === 0 ? before : next;
    for (const list of sweep % 2 === 0 ? members : members.toReversed()) {
      const middle = (node: number): number => {
        const around = neighbours[node]!;
        return around.length === 0
          ? place[node]!
          : around.reduce((sum, other) => sum + place[other]!, 0) / around.length;
      };
      const wanted = new Map(list.map((node) => [node, middle(node)]));
      list.sort((a, b) => wanted.get(a)! - wanted.get(b)! || a - b);
      number(list);
    }
  }
  for (const list of members) list.forEach((node, at) => (place[node] = at));
  return { columns, column, place, rows: Math.max(0, ...members.map((list) => list.length)) };
}

/** Longest way from a node that nobody calls; edges back to a node on the way down are passed over. */
function columnsOf(count: number, next: readonly number[][], before: readonly number[][]): number[] {
  const column = new Array<number>(count).fill(0);
  const state = new Uint8Array(count);
  const order: number[] = [];
  const forward: number[][] = Array.from({ length: count }, () => []);
  const starts = Array.from({ length: count }, (_, node) => node).sort(
    (a, b) => Number(before[a]!.length > 0) - Number(before[b]!.length > 0) || a - b,
  );
  for (const start of starts) {
    if (state[start] !== 0) continue;
    const stack: { readonly node: number; at: number }[] = [{ node: start, at: 0 }];
    state[start] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const child = next[top.node]![top.at++];
      if (child === undefined) {
        state[top.node] = 2;
        order.push(top.node);
        stack.pop();
      } else if (state[child] !== 1) {
        forward[top.node]!.push(child);
        if (state[child] === 0) {
          state[child] = 1;
          stack.push({ node: child, at: 0 });
        }
      }
    }
  }
  for (const node of order.reverse()) {
    for (const child of forward[node]!) column[child] = Math.max(column[child]!, column[node]! + 1);
  }
  return column;
}
