/** What was seen of cold starts, as a table for docs/aws.md. */
import { z } from 'zod';
import type { FunctionName } from '../infra/bundle.ts';
import { functionSettings } from '../infra/function-settings.ts';
import { percentile } from './percentile.ts';

const spent = z.object({ wallMs: z.number(), cpuMs: z.number() });
export const started = z.object({ load: spent, answer: spent });
export type Started = z.output<typeof started>;

export type ColdStart = {
  readonly name: FunctionName;
  readonly codeBytes: number;
  /** As it is uploaded. */
  readonly packedBytes: number;
  readonly runs: readonly Started[];
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

function row({ name, codeBytes, packedBytes, runs }: ColdStart): string {
  const ms = (of: (one: Started) => number): string =>
    Math.round(percentile(runs.map(of), 0.5)).toLocaleString('en-US');
  const cells = [
    name,
    megabytes(codeBytes),
    megabytes(packedBytes),
    functionSettings[name].memoryMb.toLocaleString('en-US'),
    ms(({ load }) => load.wallMs),
    ms(({ load }) => load.cpuMs),
    ms(({ answer }) => answer.wallMs),
    ms(({ answer }) => answer.cpuMs),
  ];
  return `| ${cells.join(' | ')} |`;
}

export const coldTable = (all: readonly ColdStart[]): string =>
  [
    '| Function | Code, MB | packed, MB | Memory, MB | loads, ms | of it processor | answers, ms | of it processor |',
    '|---|---|---|---|---|---|---|---|',
    ...all.map(row),
  ].join('\n');

const marks = ['<!-- cold starts: npm run bench:cold -->', '<!-- end of cold starts -->'] as const;

/** The page with this table between its two marks. */
export function withColdStarts(page: string, table: string): string {
  const [before = '', rest = ''] = page.split(marks[0]);
  const [, after] = rest.split(marks[1]);
  if (after === undefined) throw new Error(`docs/aws.md has no ${marks.join(' … ')}`);
  return `${before}${marks[0]}\n${table}\n${marks[1]}${after}`;
}
