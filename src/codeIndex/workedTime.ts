import process from 'node:process';

/**
 * Milliseconds of processor time: this thread's where Node tells (22.19 and newer), else time that passed. Limits on the
 * reading of a file count these: by time that passes, a busy machine would leave out other files each time.
 */
export function workedMs(): number {
  if (!('threadCpuUsage' in process)) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
