/** A configuration that is right, as text and as a value in which a test changes one thing. */
import { parse, stringify } from 'yaml';
import { parseConfiguration } from '../../src/config/load.ts';
import { ConfigurationError, type Path, type Problem } from '../../src/config/problem.ts';

export const example = `version: 1
servers:                               # a server is a host; its files are databases
  hq:
    url: https://fm-hq.example.com     # http only for loopback
    database: Main                     # default for the tables below
    timeZone: America/New_York
    api: data
    sessions: 8                        # the most that we ever hold open there,
                                       # orphans included
  branch: { url: https://fm-branch.example.com, database: Main, timeZone: Europe/London }
tables:
  contacts:
    key: id
    modified: modified_at
    fields: [name, email, phone]
    createOnly: [created_by]           # sent with a create, never afterwards
    servers:
      hq: { layout: Contacts_Sync }
      branch: { database: Contacts, layout: Contacts_Sync, role: both, rename: { name: FullName } }
    conflicts: newest
    deletes: ignore
schedule: { enumerate: 5 minutes, settle: 2 minutes }
alarms: { lag: 15 minutes, skew: 5 seconds }
`;

export type Change = readonly [path: Path, value: unknown];

/** The example with the value at `path` replaced; undefined takes it out. */
export function exampleWith(...changes: readonly Change[]): string {
  return stringify(changes.reduce((value, [path, to]) => replaced(value, path, to), parse(example)));
}

function replaced(value: unknown, path: Path, to: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const before = entries.find(([name]) => name === String(step))?.[1];
  const after = replaced(before, rest, to);
  if (Array.isArray(value)) return value.with(Number(step), after);
  const kept = new Map(entries).set(String(step), after);
  return Object.fromEntries([...kept].filter(([, each]) => each !== undefined));
}

export function errorOf(act: () => unknown): ConfigurationError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

export const problemsOf = (text: string): readonly Problem[] =>
  errorOf(() => parseConfiguration(text, 'serversync.yaml')).problems;
