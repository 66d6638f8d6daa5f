/** What one measurement is of, and how it is written on the command line. */
import { z } from 'zod';
import { defaultNiceness, nicenesses } from '../src/core/niceness.ts';
import { profileNames } from './profiles.ts';
import { workNames } from './result.ts';

const howMany = z.coerce.number().int().positive();

/** As given on the command line; what is left out follows from the work. */
export const givenOptions = z.object({
  work: z.enum(workNames).optional(),
  rows: howMany.optional(),
  changed: howMany.optional(),
  profile: z.enum(profileNames).optional(),
  sessions: howMany.max(16).optional(),
  servers: howMany.min(2).max(40).optional(),
  /** Of all servers, as in the configuration. */
  niceness: z.coerce.number().pipe(z.literal(nicenesses)).optional(),
  /** Of how many seconds the edits are, for `changes`: 0 are those of a script that changes all of them at once. */
  within: z.coerce.number().nonnegative().optional(),
  /** Whether writes go through our own script in the file, many in one request. */
  script: z.boolean().optional(),
  /** Seconds between two reads, for `arrival`. */
  interval: howMany.optional(),
  sweepLayout: z.boolean().optional(),
  /** Whether a plain loop is measured too. */
  peer: z.boolean().optional(),
});
export type GivenOptions = z.infer<typeof givenOptions>;

export const mainOptions = givenOptions.extend({
  /** Of all that is measured where no work is named. */
  suite: z.enum(['usual', 'long']).optional(),
  /** The folder for results.md and results.json. */
  out: z.string().optional(),
  /** Whether it is shown what sessions were busy with in each tenth of a second. */
  timeline: z.boolean().optional(),
});

export const flags = ['sweepLayout', 'script', 'peer', 'timeline'] as const;

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

export function withDefaults(given: Given): WorkOptions {
  const usual = { ...common, ...defaults[given.work] };
  return {
    work: given.work,
    rows: given.rows ?? usual.rows,
    changed: given.changed ?? usual.changed,
    within: given.within ?? usual.within,
    profile: given.profile ?? usual.profile,
    sessions: given.sessions ?? usual.sessions,
    servers: given.servers ?? usual.servers,
    niceness: given.niceness ?? usual.niceness,
    script: given.script ?? usual.script,
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
