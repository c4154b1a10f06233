/**
 * User settings of every test window: free ports (the default ones may belong to a person's own receiver), and no
 * start by itself unless a test asks.
 */
export const TEST_SETTINGS = {
  'spanline.receiver.httpPort': 0,
  'spanline.receiver.grpcPort': 0,
  'spanline.receiver.autostart': 'never',
};
