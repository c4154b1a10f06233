/**
 * Lines for the configuration of an OpenTelemetry Collector that send a second copy of what it receives to Spanline.
 * `inContainer`: the Collector runs in one, whose localhost is its own.
 */
export function collectorSnippet(httpPort: number, inContainer: boolean): string {
  const host = inContainer ? 'host.docker.internal' : 'localhost';
  return [
    ...(inContainer ? ['# The Collector runs in a container: set spanline.receiver.reach to "containers".'] : []),
    'exporters:',
    '  otlphttp/spanline:',
    `    endpoint: http://${host}:${httpPort}`,
    'service:',
    '  pipelines:',
    '    traces:',
    '      # Keep the exporters that are there and add this one; likewise for logs and metrics.',
    '      exporters: [otlphttp/spanline]',
    '',
  ].join('\n');
}
