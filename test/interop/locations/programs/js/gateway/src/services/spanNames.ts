export const SPANS = {
  recent: 'orders.recent',
  archive: 'orders.archive',
} as const;
