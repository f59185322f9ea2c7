/** What the server measures, under the names people alert on. */
import type { Metrics } from "../core/index.ts";
import type { AwsMetrics } from "../fronts/index.ts";
import type { Log } from "../log/index.ts";

const latencyBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Registers streams and requests; answers the observer for the AWS-shaped front. */
export function registerMetrics(metrics: Metrics, log: Log): AwsMetrics {
  const records = metrics.gauge("headrace_stream_records", "Records that can be read, by stream.");
  const bytes = metrics.gauge("headrace_stream_bytes", "Bytes appended to the shards that are there, by stream.");
  const writable = metrics.gauge("headrace_log_writable", "1 while the log takes records.");
  const memory = metrics.gauge("process_resident_memory_bytes", "Resident memory of the process.");
  metrics.collect(() => {
    writable.set(log.health().writable ? 1 : 0);
    memory.set(process.memoryUsage.rss());
    for (const stream of log.streams()) {
      const shards = stream.shards.flatMap((shard) => log.shard(shard) ?? []);
      records.set(
        shards.reduce((sum, shard) => sum + shard.endOffset - shard.startOffset, 0),
        { stream: stream.name },
      );
      bytes.set(
        shards.reduce((sum, shard) => sum + shard.storedBytes, 0),
        { stream: stream.name },
      );
    }
  });
  const requests = metrics.counter("headrace_requests_total", "Requests by service, operation and outcome.");
  const latency = metrics.histogram("headrace_request_duration_seconds", "Time from a whole request to its answer.", latencyBounds);
  const received = metrics.counter("headrace_request_bytes_total", "Bytes of request bodies.");
  return {
    observeRequest({ service, operation, errorCode, durationMs, requestBytes }) {
      requests.add(1, { service, operation, outcome: errorCode ?? "ok" });
      latency.observe(durationMs / 1000, { service, operation });
      received.add(requestBytes, { service });
    },
  };
}
