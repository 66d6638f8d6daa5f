/** What one measurement is of, and how it is written on the command line. */
import { z } from 'zod';
import { defaultNiceness, nicenesses } from '../src/core/niceness.ts';
import { profileNames } from './profiles.ts';
import { workNames } from './result.ts';

const apis = ['data', 'odata'] as const;
const howMany = z.coerce.number().int().positive();
const names = (all: readonly string[]): string => `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;

/** As given on the command line; what is left out follows from the work. */
export const givenOptions = z.object({
  work: z
    .enum(workNames)
    .optional()
    .describe(`what is measured: ${names(workNames)} (default: a suite of them)`),
  rows: howMany
    .optional()
    .describe('records in the table, a whole number of 1 or more (default: 10000, more for some work)'),
  changed: howMany
    .optional()
    .describe('how many of them are edited before, or meanwhile, a whole number of 1 or more'),
  profile: z
    .enum(profileNames)
    .optional()
    .describe(`how long simulated servers and the way there take: ${names(profileNames)}`),
  sessions: howMany
    .max(16)
    .optional()
    .describe('sessions on each server, a whole number from 1 to 16 (default: 8)'),
  servers: howMany.min(2).max(40).optional().describe('servers, a whole number from 2 to 40 (default: 2)'),
  niceness: z.coerce
    .number()
    .pipe(z.literal(nicenesses))
    .optional()
    .describe(
      `of all servers, as in the configuration: ${names(nicenesses.map(String))} (default: ${defaultNiceness})`,
    ),
  within: z.coerce
    .number()
    .nonnegative()
    .optional()
    .describe(
      'for changes: of how many seconds the edits are, 0 or more; 0 are those of a script that changes all at once (default: 3600)',
    ),
  script: z
    .boolean()
    .optional()
    .describe('write through the script of filemaker/, many records by one request'),
  api: z
    .enum(apis)
    .optional()
    .describe(`what all servers are spoken to by: ${names(apis)} (default: data)`),
  singles: z
    .boolean()
    .optional()
    .describe('over OData: the servers take no batches, so that each write is a request'),
  interval: howMany
    .optional()
    .describe('for arrival: seconds between two reads, a whole number of 1 or more (default: 10)'),
  sweepLayout: z.boolean().optional().describe('sweep by a layout with the key and the stamp alone'),
  peer: z.boolean().optional().describe('measure a plain loop of an npm client too'),
});
export type GivenOptions = z.infer<typeof givenOptions>;

export const mainOptions = givenOptions.extend({
  suite: z
    .enum(['usual', 'long'])
    .optional()
    .describe('where no work is named: usual (some twenty minutes, the default) or long (a million records)'),
  out: z.string().optional().describe('the folder in which results.md and results.json are written'),
  timeline: z.boolean().optional().describe('show what sessions were busy with in each tenth of a second'),
});

export const flags = ['sweepLayout', 'script', 'singles', 'peer', 'timeline'] as const;

export type WorkOptions = {
  readonly [Name in keyof GivenOptions]-?: NonNullable<GivenOptions[Name]>;
};

type Defaults = Omit<WorkOptions, 'work'>;

const common: Defaults = {
  rows: 10_000,
  changed: 100,
  within: 3600,
  profile: 'none',
  sessions: 8,
  servers: 2,
  niceness: defaultNiceness,
  script: false,
  api: 'data',
  singles: false,
  interval: 10,
  sweepLayout: false,
  peer: false,
};

const defaults: Readonly<Record<WorkOptions['work'], Partial<Defaults>>> = {
  'first-sync': {},
  changes: { rows: 40_000, changed: 20_000 },
  idle: {},
  verify: { rows: 200_000 },
  sweep: { rows: 200_000 },
  arrival: { profile: 'lan', changed: 400 },
};

export type Given = GivenOptions & Pick<WorkOptions, 'work'>;

/** Throws where more are to change than there are. */
export function withDefaults(given: Given): WorkOptions {
  const usual = { ...common, ...defaults[given.work] };
  const rows = given.rows ?? usual.rows;
  if (given.changed !== undefined && given.changed > rows)
    throw new Error(`--changed ${given.changed} is more than there are (--rows ${rows})`);
  return {
    work: given.work,
    rows,
    changed: given.changed ?? Math.min(usual.changed, rows),
    within: given.within ?? usual.within,
    profile: given.profile ?? usual.profile,
    sessions: given.sessions ?? usual.sessions,
    servers: given.servers ?? usual.servers,
    niceness: given.niceness ?? usual.niceness,
    script: given.script ?? usual.script,
    api: given.api ?? usual.api,
    singles: given.singles ?? usual.singles,
    interval: given.interval ?? usual.interval,
    sweepLayout: given.sweepLayout ?? usual.sweepLayout,
    peer: given.peer ?? usual.peer,
  };
}

/** What is not as it is by default. */
export function optionsText(options: WorkOptions): string {
  const { work, ...rest } = options;
  const usual: Readonly<Record<string, unknown>> = { ...common, ...defaults[work] };
  const told = Object.entries(rest)
    .filter(([name, value]) => name === 'rows' || usual[name] !== value)
    .map(([name, value]) => (value === true ? `--${name}` : `--${name} ${String(value)}`));
  return [`--work ${work}`, ...told].join(' ');
}
