/**
 * Where a message belongs: behind everything held (`present`), before everything that was held when the past began
 * (`past`, from a journal), or among the spans of evicted segments that are kept (`kept`).
 */
export type Age = 'present' | 'past' | 'kept';
