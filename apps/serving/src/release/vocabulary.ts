/** Names by id, which grow while a release is served: a new product may bring a new brand. */
export interface Vocabulary {
  /** By id; what is added later is behind what the release brought. */
  readonly names: readonly string[];
  /** Names it can hold, so that tables by id are made large enough once. */
  readonly capacity: number;
  /** Id of a name, or −1. */
  find(name: string): number;
  /** Id of a name, new or not; −1 for the empty name; null when there is no room for it. */
  add(name: string): number | null;
}

export function createVocabulary(initial: readonly string[], room: number): Vocabulary {
  const names = [...initial];
  const capacity = names.length + room;
  const ids = new Map(names.map((name, id) => [name, id]));
  return {
    names,
    capacity,
    find: (name) => ids.get(name) ?? -1,
    add(name) {
      if (name === "") return -1;
      const held = ids.get(name);
      if (held !== undefined) return held;
      if (names.length === capacity) return null;
      names.push(name);
      ids.set(name, names.length - 1);
      return names.length - 1;
    },
  };
}
