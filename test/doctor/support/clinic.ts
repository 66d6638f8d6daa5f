/** Simulated servers, a configuration of them, and what the doctor finds. Time passes only when somebody sleeps. */
import { stringify } from 'yaml';
import { parseConfiguration } from '../../../src/config/load.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import { findingsOf } from '../../../src/doctor/doctor.ts';
import type { Finding } from '../../../src/doctor/finding.ts';
import type { LookOptions } from '../../../src/doctor/look.ts';
import { VirtualClock } from '../../filemaker/http/virtual-clock.ts';
import { contactsOver, type Plain } from '../../end-to-end/support/contacts-over.ts';
import { account, type Office, type OfficeOptions, openOffice } from '../../end-to-end/support/office.ts';

export type ClinicOptions = {
  readonly offices: Readonly<Record<string, OfficeOptions>>;
  /** Merged into `servers.<name>`. */
  readonly servers?: Readonly<Record<string, Plain>>;
  /** Merged into `tables.contacts`. */
  readonly table?: Plain;
  /** Merged into `tables.contacts.servers.<name>`. */
  readonly links?: Readonly<Record<string, Plain>>;
};

export type LookedAt = Partial<Pick<LookOptions, 'writeProbe' | 'noSessions'>> & {
  readonly accounts?: Readonly<Record<string, LookOptions['account']>>;
  /** PEM, for all. */
  readonly ca?: string;
  readonly signal?: AbortSignal;
};

export class Clinic implements AsyncDisposable {
  readonly offices: ReadonlyMap<string, Office>;
  readonly configuration: Configuration;
  readonly clock: VirtualClock;

  constructor(offices: ReadonlyMap<string, Office>, clock: VirtualClock, options: ClinicOptions) {
    this.offices = offices;
    this.clock = clock;
    this.configuration = configurationOf(offices, options);
  }

  office(name: string): Office {
    const office = this.offices.get(name);
    if (office === undefined) throw new Error(`there is no office ${name}`);
    return office;
  }

  look({ accounts = {}, ca, signal = never, ...asked }: LookedAt = {}): Promise<readonly Finding[]> {
    const { configuration, clock } = this;
    const { tables } = configuration;
    const servers = configuration.servers.filter(({ name }) => this.offices.has(name));
    return findingsOf(
      {
        configuration,
        servers,
        tables,
        clock,
        writeProbe: false,
        ...asked,
        reach: ({ name, url }) => ({
          address: {
            name,
            url,
            clock,
            random: () => 0.5,
            retry: { attempts: 2 },
            ...(ca !== undefined && { ca }),
          },
          account: accounts[name] ?? { username: account.name, password: account.password },
        }),
      },
      signal,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.offices.values()].map((office) => office.close()));
  }
}

const never = new AbortController().signal;

export async function openClinic(options: ClinicOptions): Promise<Clinic> {
  const clock = new VirtualClock();
  const offices = new Map<string, Office>();
  for (const [name, office] of Object.entries(options.offices))
    offices.set(name, await openOffice({ fields: wellFields, clock, ...office }));
  return new Clinic(offices, clock, options);
}

/** One server with nothing wrong, but for what is given; the other of its configuration is not looked at. */
export const one = (office: OfficeOptions, more: Omit<ClinicOptions, 'offices'> = {}): Promise<Clinic> =>
  openClinic({ offices: { hq: office }, ...more });

/** As the README has them: a key that FileMaker fills, no calculation. */
export const wellFields: NonNullable<OfficeOptions['fields']> = [
  { name: 'id', type: 'text', autoEnter: 'uuid', validation: { notEmpty: true, unique: true } },
  { name: 'name', type: 'text' },
  { name: 'notes', type: 'text' },
  { name: 'amount', type: 'number' },
  { name: 'born', type: 'date' },
  { name: 'opens', type: 'time' },
  { name: 'seen', type: 'timestamp' },
  { name: 'modified_at', type: 'timestamp', autoEnter: 'modifiedAt' },
];

/** The same with some of them otherwise. */
export const fieldsWith = (
  ...others: NonNullable<OfficeOptions['fields']>
): NonNullable<OfficeOptions['fields']> =>
  wellFields.map((field) => ({ ...field, ...others.find(({ name }) => name === field.name) }));

/** As short as a test compares them. */
export const shown = (
  findings: readonly Finding[],
  ...checks: readonly Finding['check'][]
): readonly string[] =>
  findings
    .filter(({ check }) => checks.length === 0 || checks.includes(check))
    .map(({ check, status, text }) => `${status} ${check}: ${text}`);

export const statusOf = (findings: readonly Finding[], check: Finding['check']): readonly string[] =>
  findings.filter((finding) => finding.check === check).map(({ status }) => status);

function configurationOf(offices: ReadonlyMap<string, Office>, options: ClinicOptions): Configuration {
  const names = [...offices.keys(), ...(offices.size > 1 ? [] : ['branch'])];
  const server = (name: string): Plain => ({
    url: offices.get(name)?.url ?? 'https://branch.example.com',
    database: 'Main',
    timeZone: options.offices[name]?.timeZone ?? 'UTC',
    sessions: 2,
    ...options.servers?.[name],
  });
  const file = contactsOver(names, server, options);
  return parseConfiguration(stringify(file), 'serversync.yaml');
}
