/**
 * User settings of every test window: free ports (the default ones may belong to a person's own receiver), no start by
 * itself unless a test asks, and no traces of a window that was closed.
 */
export const TEST_SETTINGS = {
  'spanline.receiver.httpPort': 0,
  'spanline.receiver.grpcPort': 0,
  'spanline.receiver.autostart': 'never',
  'spanline.journal.keepDays': 0,
};
