/** Counters, gauges and histograms, written in Prometheus' text exposition format 0.0.4. */

export type Labels = Readonly<Record<string, string>>;

export interface Counter {
  add(value?: number, labels?: Labels): void;
}
export interface Gauge {
  set(value: number, labels?: Labels): void;
}
export interface Histogram {
  observe(value: number, labels?: Labels): void;
}

export interface Metrics {
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string): Gauge;
  /** `bounds`: upper bounds of the buckets, rising, without +Inf. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  /** Called before each exposition, to set gauges that are cheaper to read than to keep. */
  collect(callback: () => void): void;
  exposition(): string;
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly bounds: readonly number[];
  /** Label text → value, or bucket counts, sum and count. */
  readonly series: Map<string, number | Buckets>;
}

interface Buckets {
  readonly counts: number[];
  sum: number;
  count: number;
}

export function createMetrics(): Metrics {
  const families = new Map<string, Family>();
  const collectors: (() => void)[] = [];
  const family = (name: string, help: string, type: Family["type"], bounds: readonly number[] = []): Family => {
    let found = families.get(name);
    if (found === undefined) families.set(name, (found = { name, help, type, bounds, series: new Map() }));
    return found;
  };
  return {
    counter(name, help) {
      const { series } = family(name, help, "counter");
      return { add: (value = 1, labels) => void series.set(labelText(labels), ((series.get(labelText(labels)) as number | undefined) ?? 0) + value) };
    },
    gauge(name, help) {
      const { series } = family(name, help, "gauge");
      return { set: (value, labels) => void series.set(labelText(labels), value) };
    },
    histogram(name, help, bounds) {
      const { series } = family(name, help, "histogram", bounds);
      return { observe: (value, labels) => observe(series, bounds, value, labelText(labels)) };
    },
    collect(callback) {
      collectors.push(callback);
    },
    exposition() {
      for (const callback of collectors) callback();
      return [...families.values()].map(familyText).join("");
    },
  };
}

function observe(series: Family["series"], bounds: readonly number[], value: number, labels: string): void {
  let buckets = series.get(labels) as Buckets | undefined;
  if (buckets === undefined) series.set(labels, (buckets = { counts: new Array<number>(bounds.length).fill(0), sum: 0, count: 0 }));
  buckets.sum += value;
  buckets.count++;
  for (let index = 0; index < bounds.length; index++) {
    if (value > bounds[index]) continue;
    buckets.counts[index]++;
    break;
  }
}

function labelText(labels: Labels | undefined): string {
  if (labels === undefined) return "";
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`)
    .join(",");
}

function familyText(family: Family): string {
  const lines = [`# HELP ${family.name} ${family.help}`, `# TYPE ${family.name} ${family.type}`];
  for (const [labels, value] of family.series) {
    if (typeof value === "number") lines.push(`${family.name}${labels === "" ? "" : `{${labels}}`} ${value}`);
    else lines.push(...bucketLines(family, labels, value));
  }
  return `${lines.join("\n")}\n`;
}

function bucketLines(family: Family, labels: string, buckets: Buckets): string[] {
  const before = labels === "" ? "" : `${labels},`;
  const braces = labels === "" ? "" : `{${labels}}`;
  let cumulative = 0;
  const lines = family.bounds.map((bound, index) => `${family.name}_bucket{${before}le="${bound}"} ${(cumulative += buckets.counts[index])}`);
  return [
    ...lines,
    `${family.name}_bucket{${before}le="+Inf"} ${buckets.count}`,
    `${family.name}_sum${braces} ${buckets.sum}`,
    `${family.name}_count${braces} ${buckets.count}`,
  ];
}
