/** Services a trace may tell apart; more are shown under the last (rows keep the index in 16 bits). */
const MAX_SERVICES = 4096;
const SHARED_LENGTH = 16;
const MAX_SHARED = 4096;
const NOTHING: readonly string[] = [];

/**
 * The services of each trace in order of first appearance. Traces mostly have the same few in the same order, so the
 * lists are shared: adding a name to a list gives the one list that stands for both. Lists never change, except those
 * longer than 16, which belong to one trace.
 */
export class ServiceLists {
  private shared = new Map<readonly string[], Map<string, readonly string[]>>();
  private sharedCount = 0;
  private readonly owned = new WeakMap<readonly string[], Map<string, number>>();

  /** The list of a trace without spans. */
  get empty(): readonly string[] {
    return NOTHING;
  }

  /** The list that has `name` too; `list` itself when it does already. */
  with(list: readonly string[], name: string): readonly string[] {
    if (this.indexOf(list, name) >= 0 || list.length >= MAX_SERVICES) return list;
    const own = this.owned.get(list);
    if (own !== undefined) {
      own.set(name, list.length);
      (list as string[]).push(name);
      return list;
    }
    if (list.length === SHARED_LENGTH) {
      const longer = [...list, name];
      this.owned.set(longer, new Map(longer.map((service, index) => [service, index])));
      return longer;
    }
    let successors = this.shared.get(list);
    if (successors === undefined) {
      successors = new Map();
      this.shared.set(list, successors);
    }
    let longer = successors.get(name);
    if (longer === undefined) {
      if (++this.sharedCount > MAX_SHARED) {
        // Traces keep their lists; only what comes later is shared anew.
        this.shared = new Map([[list, successors]]);
        successors.clear();
        this.sharedCount = 1;
      }
      longer = [...list, name];
      successors.set(name, longer);
    }
    return longer;
  }

  /** Index of `name`, or -1. */
  indexOf(list: readonly string[], name: string): number {
    const own = this.owned.get(list);
    return own === undefined ? list.indexOf(name) : (own.get(name) ?? -1);
  }
}
