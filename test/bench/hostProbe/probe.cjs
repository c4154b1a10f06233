// An extension that measures the thread it shares with all others: asked over HTTP, it answers what happened since it was
// asked last. Writes its port to the file that SPANLINE_BENCH_PROBE names.
const { writeFileSync } = require('node:fs');
const { createServer } = require('node:http');
const { monitorEventLoopDelay, performance } = require('node:perf_hooks');

exports.activate = () => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let cpu = process.threadCpuUsage();
  let from = performance.now();
  const server = createServer((_, answer) => {
    const spent = process.threadCpuUsage(cpu);
    const sample = {
      delayP99Ms: delay.percentile(99) / 1e6,
      delayMaxMs: delay.max / 1e6,
      cpuMs: (spent.user + spent.system) / 1000,
      wallMs: performance.now() - from,
    };
    delay.reset();
    cpu = process.threadCpuUsage();
    from = performance.now();
    answer.end(JSON.stringify(sample));
  });
  server.listen(0, '127.0.0.1', () => writeFileSync(process.env.SPANLINE_BENCH_PROBE, String(server.address().port)));
};
