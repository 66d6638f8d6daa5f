/** What the functions wrote, and the metrics in it (CloudWatch's embedded metric format). */
import { z } from 'zod';

export type LogLine = {
  readonly functionName: string;
  readonly sandbox: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
};

export type Metric = {
  readonly functionName: string;
  readonly namespace: string;
  readonly name: string;
  readonly unit: string | undefined;
  readonly values: readonly number[];
  readonly dimensions: Readonly<Record<string, string>>;
};

const embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().optional() })),
      }),
    ),
  }),
});
type Embedded = z.infer<typeof embedded>;

const value = z.union([z.number().transform((one) => [one]), z.array(z.number())]);

/** One for each metric and set of dimensions, in the order in which they were written. */
export function metricsIn(lines: readonly LogLine[]): readonly Metric[] {
  return lines.flatMap(({ functionName, text }) => {
    if (!text.includes('"_aws"')) return [];
    const found = embedded.safeParse(parsed(text));
    return found.success ? metricsOf(functionName, found.data) : [];
  });
}

function metricsOf(functionName: string, line: Embedded): readonly Metric[] {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name, Unit }) => ({
        functionName,
        namespace: Namespace,
        name: Name,
        unit: Unit,
        values: value.parse(line[Name]),
        dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
      })),
    ),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
