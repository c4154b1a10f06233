/** Adds a value to the set held for a key. */
export function addTo<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const held = map.get(key);
  if (held) held.add(value);
  else map.set(key, new Set([value]));
}

/** Takes a value out of the set held for a key; an empty set goes, too. */
export function removeFrom<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const held = map.get(key);
  held?.delete(value);
  if (held?.size === 0) map.delete(key);
}
