import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("counters, gauges and histograms in the text format", () => {
  const metrics = createMetrics();
  const requests = metrics.counter("requests_total", "Requests");
  requests.add(1, { operation: "PutRecords" });
  requests.add(2, { operation: "PutRecords" });
  requests.add(1, { operation: 'a "quoted"\nname' });
  const depth = metrics.gauge("depth", "Depth");
  metrics.collect(() => depth.set(7));
  const latency = metrics.histogram("latency_seconds", "Latency", [0.1, 1]);
  for (const value of [0.05, 0.5, 0.7, 5]) latency.observe(value);
  expect(metrics.exposition().split("\n")).toEqual([
    "# HELP requests_total Requests",
    "# TYPE requests_total counter",
    'requests_total{operation="PutRecords"} 3',
    'requests_total{operation="a \\"quoted\\"\\nname"} 1',
    "# HELP depth Depth",
    "# TYPE depth gauge",
    "depth 7",
    "# HELP latency_seconds Latency",
    "# TYPE latency_seconds histogram",
    'latency_seconds_bucket{le="0.1"} 1',
    'latency_seconds_bucket{le="1"} 3',
    'latency_seconds_bucket{le="+Inf"} 4',
    "latency_seconds_sum 6.25",
    "latency_seconds_count 4",
    "",
  ]);
});
